"""Russian dates without the seconds. The year is a whole word: a sentence may end with a date."""

DATE_FORMAT = "j E Y года"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j E Y года, H:i"
SHORT_DATETIME_FORMAT = "d.m.Y H:i"
