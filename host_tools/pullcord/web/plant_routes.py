"""The plant file over HTTP: what is in force, what another one would change, putting it in force and taking it back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from pullcord.line.log_reader import LogReader
from pullcord.line.plant_change import difference, listed, text_of, undone
from pullcord.line.plant_history import Overtaken
from pullcord.plant import boards as board_profiles
from pullcord.plant.problems import PlantError, dotted, shown
from pullcord.plant.version import Version, version
from pullcord.web.callers import Planner, Viewer
from pullcord.web.deciding import Recorded, SignedBy
from pullcord.web.needs import Service

LONGEST = 4_000_000
Position = Annotated[int, Field(ge=0, le=2**62, description="of the version in force that was looked at; 0: of none")]


class File(BaseModel):
    """A plant file as it is written."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("plant.yaml", min_length=1, max_length=200)
    text: str = Field(max_length=LONGEST)


class Change(File):
    """A plant file to be put in force after the version `based_on`."""

    based_on: Position
    by: SignedBy = ""


class Undo(BaseModel):
    """The version `based_on` is to be taken back."""

    model_config = ConfigDict(extra="forbid")

    based_on: Position
    by: SignedBy = ""


def plant_routes(service: Service, log: LogReader) -> APIRouter:
    routes = APIRouter(prefix="/api/plant", tags=["plant"])
    _reading(routes, service, log)
    _changing(routes, service, log)
    return routes


def _reading(routes: APIRouter, service: Service, log: LogReader) -> None:
    @routes.get("")
    def in_force(_who: Viewer) -> dict[str, Any]:
        """The version in force (`version`, null without one), and why the service does not run by it, if so."""
        versions = log.plant_versions()
        return {"version": versions[-1]._asdict() if versions else None, "trouble": service.in_force.trouble}

    @routes.get("/versions")
    def versions(_who: Viewer) -> list[dict[str, Any]]:
        """Every version that was put in force, in order; `standing`: undoing goes back through it."""
        return listed(log)

    @routes.get("/file", response_class=Response)
    def file(
        _who: Viewer, position: Annotated[int | None, Query(ge=1, le=2**62, description="of a version")] = None
    ) -> Response:
        """The text of the plant file in force, or of another version."""
        try:
            return Response(text_of(log, position), media_type="application/yaml")
        except ValueError as error:
            raise HTTPException(404, str(error)) from error

    @routes.get("/stations")
    async def stations(_who: Viewer) -> dict[str, Any]:
        """The `position` of the version that `stations` are provided with. `has`: it runs by it, or `why` not."""
        current = service.in_force.current
        progress = [one._asdict() for one in service.rollout()]
        return {"position": current.position if current else 0, "stations": progress}


def _changing(routes: APIRouter, service: Service, log: LogReader) -> None:
    @routes.post("/check")
    def check(file: File, _who: Planner) -> Any:
        """What would change: `differences`, `stations`, and `based_on` for putting it in force. 422: `problems`."""
        try:
            return difference(log, version(file.name, file.text, board_profiles.load()))
        except PlantError as error:
            return _problems(error)

    @routes.post("", status_code=201)
    async def apply(change: Change, who: Planner) -> Any:
        """Put a plant file in force. 409 when another one came between; 422: `problems`."""
        try:
            new = await run_in_threadpool(version, change.name, change.text, board_profiles.load())
        except PlantError as error:
            return _problems(error)
        return await _declare(service, new.declared, new, who.signed(change.by), change.based_on)

    @routes.post("/undo", status_code=201)
    async def undo(undo: Undo, who: Planner) -> Any:
        """Put the version before in force again. 409 when `based_on` is not in force any more, or nothing is before."""
        try:
            old, declared = await run_in_threadpool(undone, log)
        except PlantError as error:
            return _problems(error)
        except ValueError as error:
            raise HTTPException(409, str(error)) from error
        return await _declare(service, declared, old, who.signed(undo.by), undo.based_on)


async def _declare(
    service: Service, declared: dict[str, Any], new: Version, by: str, based_on: int
) -> Recorded:
    try:
        position = await service.declare(declared, by, new.filed, based_on)
    except Overtaken as error:
        raise HTTPException(409, str(error)) from error
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    return Recorded(position=position, repeated=position is None)


def _problems(error: PlantError) -> JSONResponse:
    problems = [
        {"line": one.line, "path": dotted(one.path), "value": shown(one.value), "wrong": one.wrong, "right": one.right}
        for one in error.problems
    ]
    return JSONResponse({"detail": str(error), "problems": problems}, 422)
