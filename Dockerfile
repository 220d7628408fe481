# Builds one image for every process of the site: web, worker and commands.
FROM python:3.13-slim-trixie AS build
WORKDIR /srv/puriq
COPY requirements.lock .
RUN python -m venv .venv && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN SECRET_KEY=only-for-this-step .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && chmod -R a+rX var/static && rm -f var/secret-key

FROM python:3.13-slim-trixie
# The tools of PostgreSQL are for `backup` and `restore`; they must not be older than the server.
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /srv/puriq --shell /usr/sbin/nologin puriq
WORKDIR /srv/puriq
COPY --from=build /srv/puriq /srv/puriq
RUN mkdir -p var/media var/keys /srv/backups && chown -R puriq var/media var/keys /srv/backups && chown puriq var
ENV PATH=/srv/puriq/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000
USER puriq
EXPOSE 8000
CMD ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"]
