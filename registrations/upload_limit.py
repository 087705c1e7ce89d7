"""What is sent past the limit of a file is read to its end and kept nowhere.

Django would write a file of any size to the disk before a page could say that it is too large.
Cutting the connection instead would leave the person with the browser's own error.
"""

from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from registrations.uploads import MOST_BYTES


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """A file that is too large arrives empty, with its true size."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= MOST_BYTES:
            super().receive_data_chunk(raw_data, start)
        elif not self.file.closed:
            self.file.close()

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if file_size <= MOST_BYTES:
            return super().file_complete(file_size)
        return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size)
