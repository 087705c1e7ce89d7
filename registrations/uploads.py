class UploadRefused(Exception):
    pass
def admit(upload): raise NotImplementedError
