# Portal and worker share this image; compose.yaml says which command each runs.
FROM python:3.12-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /srv/portal
COPY requirements/production.txt requirements/production.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/production.txt
COPY . .
# Building needs no secret and no database: DEBUG stands in for both.
RUN DEBUG=1 DATABASE_URL=postgresql://nobody@/none python manage.py compile_catalogues \
 && DEBUG=1 DATABASE_URL=postgresql://nobody@/none python manage.py collectstatic --noinput \
 && useradd --system --home /srv portal && mkdir -p /srv/private && chown portal /srv/private
USER portal
EXPOSE 8000
CMD ["gunicorn", "consular_portal.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--timeout", "330"]
