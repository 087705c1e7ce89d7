"""Russian dates as Django has them, without the seconds."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = r"j E Y \г., H:i"
SHORT_DATETIME_FORMAT = "d.m.Y H:i"
