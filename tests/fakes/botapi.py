"""A fake Bot API server: `python tests/fakes/botapi.py --port 0` prints its port and serves on 127.0.0.1."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes.account import Account
from tests.fakes.control import Accounts, Control
from tests.fakes.faults import Fault
from tests.fakes.ledger import Ledger
from tests.fakes.limits import PHOTO, Refusal
from tests.fakes.methods import BY_NAME, METHODS
from tests.fakes.parameters import read_parameters, typed


class Server:
    """Answers /bot<token>/<method> for the accounts that /control/ has made."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self._accounts: Accounts = {}
        self._ledger = ledger

    def app(self) -> web.Application:
        """The application, with the control interface."""
        app = web.Application(client_max_size=2 * PHOTO)
        app.router.add_routes(Control(self._accounts, self._ledger).routes())
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        account, name = self._accounts.get(request.match_info["token"]), request.match_info["method"]
        if account is None or account.revoked:
            return _refused(Refusal(401, "Unauthorized"))
        kind = BY_NAME.get(name.lower())
        if kind is None:
            return _refused(Refusal(404, "Not Found: method not found"))
        chat = await _chat(request) if account.faults.needs_chat else ""
        fault = account.faults.take(kind.__api_method__, chat)
        if fault is None:
            return await _answered(account, kind, request)
        account.record("fault", method=kind.__api_method__, then=fault.then, status=fault.status)
        result = await _carried_out(account, kind, request) if fault.accept else None
        if fault.status == 429:
            _bar(account, kind.__api_method__, fault.retry_after or 0)
        return await _failed(request, fault, result)

    async def _file(self, request: web.Request) -> web.Response:
        account = self._accounts.get(request.match_info["token"])
        file = account.linked(request.match_info["path"]) if account and not account.revoked else None
        if file is None:
            return _refused(Refusal(404, "Not Found"))
        return web.Response(body=file.data, content_type="application/octet-stream")


async def _chat(request: web.Request) -> str:
    """For whom a request is; its body is read again later."""
    await request.read()
    parameters, _ = (
        ({}, {}) if request.content_type.startswith("multipart") else await read_parameters(request)
    )
    return str(parameters.get("chat_id", ""))


async def _answered(account: Account, kind: type[Any], request: web.Request) -> web.Response:
    name = kind.__api_method__
    try:
        result = await _carried_out(account, kind, request)
    except Refusal as refusal:
        account.record("refused", method=name, code=refusal.code, description=refusal.description)
        if refusal.code == 429:
            _bar(account, name, refusal.retry_after or 0)
        return _refused(refusal)
    return web.json_response({"ok": True, "result": result})


def _bar(account: Account, method: str, seconds: int) -> None:
    account.record("limited", method=method, retry_after=seconds)
    if method.startswith("send"):
        account.flood.bar(account.clock.now(), seconds)


async def _carried_out(account: Account, kind: type[Any], request: web.Request) -> Any:
    parameters, files = await read_parameters(request)
    method = typed(kind, parameters, files)
    account.record("called", method=kind.__api_method__)
    return await METHODS[kind](account, method, files)


def _refused(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    told = {"retry_after": refusal.retry_after, "migrate_to_chat_id": refusal.migrate_to}
    parameters = {name: value for name, value in told.items() if value is not None}
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    return web.json_response(
        body | ({"parameters": parameters} if parameters else {}), status=refusal.code, headers=headers
    )


async def _failed(request: web.Request, fault: Fault, result: Any) -> web.StreamResponse:
    if fault.then == "silence":
        await asyncio.Event().wait()
    if fault.then == "close":
        return _closed(request)
    if fault.then == "cut":
        return await _cut(request, json.dumps({"ok": True, "result": result}).encode())
    if fault.body is None:
        return _refused(Refusal(fault.status, fault.description, fault.retry_after, fault.migrate_to))
    number = str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else "0"
    body = " " * fault.pad + fault.body.replace("{message_id}", number)
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return web.Response(status=fault.status, text=body, content_type=fault.content_type, headers=headers)


def _closed(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.close()
    return web.Response()


async def _cut(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport:
        request.transport.close()
    return response


async def serve(port: int, ledger: Ledger | None = None) -> None:
    """Serve until cancelled; the first line of output is the port."""
    runner = web.AppRunner(
        Server(ledger).app(), handler_cancellation=True, access_log=None, shutdown_timeout=0.1
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 is any free port")
    parser.add_argument("--ledger", type=Path, help="a file that gets a JSON line for all that is accepted")
    given = parser.parse_args()
    asyncio.run(serve(given.port, Ledger(given.ledger) if given.ledger else None))
