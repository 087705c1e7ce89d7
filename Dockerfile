# Two images: `portal` (portal, worker and clock; compose.yaml says which command each runs) and
# `front`, which holds slow clients off and answers while the portal is down.
FROM python:3.12-slim AS portal
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /srv/portal
COPY requirements/production.txt requirements/production.txt
RUN pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements/production.txt
COPY . .
# Hashed names come with DEBUG off; the example's variables stand in while the image is built.
RUN cp .env.example .env \
 && python manage.py compile_catalogues \
 && python manage.py collectstatic --noinput \
 && rm .env \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 0700 /srv/private
USER portal
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000"]

FROM caddy:2 AS front
COPY Caddyfile /etc/caddy/Caddyfile
COPY --from=portal /srv/portal/staticfiles /srv/static
