def render(template, data):
    raise NotImplementedError
