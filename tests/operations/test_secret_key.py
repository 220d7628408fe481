"""Tests that the secret of a site is made once, for its own user."""

import subprocess
import sys

from django.conf import settings as real

from config.keys import secret_from_file


class TestSecretKey:
    def test_it_is_made_once(self, tmp_path):
        first = secret_from_file(tmp_path / "var" / "secret-key")
        assert len(first) > 50
        assert secret_from_file(tmp_path / "var" / "secret-key") == first
        assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o777 == 0o600
        assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret-key"]

    def test_an_empty_one_is_made_anew(self, tmp_path):
        (tmp_path / "secret-key").write_text("\n")
        assert len(secret_from_file(tmp_path / "secret-key")) > 50

    def test_processes_that_start_together_read_the_same(self, tmp_path):
        asked = (
            "import sys; from pathlib import Path; from config.keys import secret_from_file; "
            "print(secret_from_file(Path(sys.argv[1])))"
        )
        command = [sys.executable, "-c", asked, str(tmp_path / "secret-key")]
        started = [
            subprocess.Popen(command, cwd=real.BASE_DIR, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        assert len({process.communicate()[0] for process in started}) == 1
