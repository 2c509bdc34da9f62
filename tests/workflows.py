"""Running the jobs of a workflow here: their own commands, in a shell, as GitHub's runner does.

Nothing leaves the machine. `actions/checkout` is a clone of a bare repository beside the test,
artifacts are folders, Threadbook is that of this environment, and `gh` writes down what it was asked.
Other actions do nothing. A condition or an expression that this does not know is an error.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement

from threadbook import __version__

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
GH = """\
#!/bin/sh
for each in "$@"; do printf '%s\\037' "$each" >> "$GH_SAID"; done
printf '\\n' >> "$GH_SAID"
for each in "$@"; do case "$each" in
  body=@*) cp "${each#body=@}" "$GH_POSTED" ;;
  report.md | */comment.md) cp "$each" "$GH_POSTED" ;;
esac; done
case "$*" in *"/pulls "*) echo 5 ;; esac
"""


def git(folder: Path, *arguments: str | Path) -> str:
    """Run git as somebody; return what it says."""
    who = ["-c", "user.name=Editor", "-c", "user.email=editor@example.org"]
    command = ["git", *who, "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass
class Runner:
    """A host: a bare repository `origin`, what was uploaded, and what `gh` was asked.

    `environment` is what commands find besides what the runner gives them, `programs` the folder of
    the command `threadbook`. `known` holds values of the contexts that expressions name.
    """

    folder: Path
    origin: Path
    environment: Mapping[str, str]
    programs: Path
    artifacts: dict[str, Path] = field(default_factory=dict)
    said: str = ""

    def run(self, workflow: Path, job: str, known: Mapping[str, Any], ref: str) -> dict[str, str]:
        """Run a job on a commit; return its outputs. What it uploads is in `artifacts`."""
        described = yaml.safe_load(workflow.read_text("utf-8"))["jobs"][job]
        place = self.folder / f"{workflow.stem}-{job}-{len([*self.folder.iterdir()])}"
        values = dict(known)
        values["runner.temp"] = str(place / "temp")
        values |= {"github.run_id": 1, "github.repository": "acme/help"}
        values["github.token"] = "a-token"
        (place / "temp").mkdir(parents=True)
        (place / "work").mkdir()
        if "if" in described and not holds(described["if"], values):
            return {}
        for step in described["steps"]:
            if "if" in step and not holds(step["if"], values):
                continue
            given = {name: fill(str(value), values) for name, value in step.get("with", {}).items()}
            if "uses" in step:
                outputs = self._use(step["uses"].partition("@")[0], given, place, ref)
            else:
                outputs = self._shell(step, place, values)
            values |= {f"steps.{step.get('id')}.outputs.{k}": v for k, v in outputs.items()}
        return {
            f"needs.{job}.outputs.{name}": fill(value, values)
            for name, value in described.get("outputs", {}).items()
        }

    def _use(self, action: str, given: Mapping[str, str], place: Path, ref: str) -> dict[str, str]:
        target = place / "work" / given.get("path", "")
        if action == "actions/checkout":
            self._check_out(target, given.get("ref", ref), given.get("fetch-depth", "1"))
        elif action in {"actions/upload-artifact", "actions/upload-pages-artifact"}:
            name = given.get("name", "pages")
            kept = self.artifacts[name] = self.folder / f"artifact-{name}-{place.name}"
            shutil.copytree(target, kept)
        elif action == "actions/download-artifact":
            shutil.copytree(self.artifacts[given["name"]], target, dirs_exist_ok=True)
        elif action == "lycheeverse/lychee-action":  # it has found a link that is dead
            Path(given["output"]).write_text("* [404] <https://example.org/gone>\n")
            return {"exit_code": "2"}
        return {}

    def _check_out(self, target: Path, ref: str, depth: str) -> None:
        """Fetch one commit, or with a depth of 0 the whole history, as the action does."""
        git(target.parent, "init", "-q", target)
        git(target, "remote", "add", "origin", self.origin.as_uri())
        if depth == "0":
            git(target, "fetch", "-q", "origin")
        git(target, "fetch", "-q", *([] if depth == "0" else ["--depth", depth]), "origin", ref)
        git(target, "checkout", "-q", "FETCH_HEAD")

    def _shell(
        self, step: Mapping[str, Any], place: Path, values: Mapping[str, Any]
    ) -> dict[str, str]:
        here = place / "work" / step.get("working-directory", "")
        script = str(step["run"])
        assert "${{" not in script
        if "pip install" in script:
            name = script.partition("--requirement ")[2].strip()
            self._satisfied(here / name)
            return {}
        programs = place / "programs"
        programs.mkdir(exist_ok=True)
        (programs / "gh").write_text(GH)
        (programs / "gh").chmod(0o755)
        output, said, posted = (place / name for name in ("output", "said", "posted"))
        output.write_text("")
        own = {name: fill(str(value), values) for name, value in step.get("env", {}).items()}
        path = [str(programs), str(self.programs), os.environ["PATH"]]
        environment = {
            "PATH": os.pathsep.join(path),
            "HOME": str(place),
            "GITHUB_WORKSPACE": str(place / "work"),
            "GITHUB_REPOSITORY": "acme/help",
            "GITHUB_REF_NAME": "main",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(place / "summary"),
            "RUNNER_TEMP": str(place / "temp"),
            "GH_SAID": str(said),
            "GH_POSTED": str(posted),
            **self.environment,
            **self._event(place, values),
            **own,
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(
            command, cwd=here, env=environment, capture_output=True, text=True, check=False
        )
        self.said = done.stdout + done.stderr
        assert done.returncode == 0, f"{step.get('name')}:\n{self.said}"
        return dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())

    @staticmethod
    def _satisfied(file: Path) -> None:
        lines = [line for line in file.read_text("utf-8").splitlines() if line[:1] not in {"", "#"}]
        (only,) = map(Requirement, lines)
        assert only.name == "threadbook"
        assert only.specifier.contains(__version__)

    @staticmethod
    def _event(place: Path, values: Mapping[str, Any]) -> dict[str, str]:
        if "event" not in values:
            return {}
        file = place / "event.json"
        file.write_text(json.dumps(values["event"]), "utf-8")
        return {"GITHUB_EVENT_PATH": str(file)}

    def asked(self) -> list[list[str]]:
        """Return what `gh` was asked in all jobs so far, each as its arguments."""
        said = "".join(file.read_text("utf-8") for file in sorted(self.folder.glob("*/said")))
        return [line.split("\x1f")[:-1] for line in said.splitlines()]

    def posted(self, job: str) -> str:
        """Return the text that a job posted last."""
        *_, last = sorted(
            self.folder.glob(f"{job}-*/posted"), key=lambda file: file.stat().st_mtime
        )
        return last.read_text("utf-8")


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Put values in the place of expressions."""
    return EXPRESSION.sub(lambda found: str(look_up(found[1], values)), text)


def look_up(expression: str, values: Mapping[str, Any]) -> Any:
    """Return the value of a name such as `github.base_ref`."""
    if expression.startswith(("steps.", "needs.")):
        return values.get(expression, "")
    assert expression in values, f"nobody knows {expression} here"
    return values[expression]


def holds(condition: str, values: Mapping[str, Any]) -> bool:
    """Whether a condition holds; only the shapes that the starter has are known."""
    condition = EXPRESSION.sub(r"\1", condition).removeprefix("!cancelled() && ")
    if found := re.fullmatch(r"contains\(([\w.]+), '(.*)'\)", condition):
        return found[2] in str(look_up(found[1], values))
    found = re.fullmatch(r"([\w.-]+) (==|!=) '(.*)'", condition)
    assert found, f"nobody knows the condition {condition}"
    return (str(look_up(found[1], values)) == found[3]) == (found[2] == "==")
