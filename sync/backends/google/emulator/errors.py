"""Error answers with the bodies Google gives: Sheets says code, message, status; Drive says errors[] with reasons."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class ApiError(Exception):
    """An answer other than 2xx, in the shape of the Sheets API."""

    def __init__(
        self, code: int, message: str, headers: dict[str, str] | None = None, details: Any = None, status: str = ""
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.headers, self.details = code, message, headers or {}, details
        self.status = status or _STATUS.get(code, "UNKNOWN")

    def body(self) -> Json:
        error: Json = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = self.details
        return {"error": error}


class DriveError(ApiError):
    """The same in the shape of the Drive API. `place`: the parameter that is wrong; `short`: what the item says where
    that is not the message; `status`: told only where it is about who calls."""

    def __init__(
        self,
        code: int,
        message: str,
        reason: str,
        domain: str = "global",
        headers: dict[str, str] | None = None,
        *,
        place: str = "",
        short: str = "",
        status: str = "",
        details: Any = None,
    ) -> None:
        super().__init__(code, message, headers, details)
        self.reason, self.domain, self.place, self.short, self.status = reason, domain, place, short, status

    def body(self) -> Json:
        item: Json = {"message": self.short or self.message, "domain": self.domain, "reason": self.reason}
        if self.place:
            item |= {"location": self.place, "locationType": "header" if self.place == _HEADER else "parameter"}
        error: Json = {"code": self.code, "message": self.message, "errors": [item]}
        error |= {"status": self.status} if self.status else {}
        error |= {"details": self.details} if self.details else {}
        return {"error": error}


_HEADER = "Authorization"


def drive_server_error(code: int) -> DriveError:
    """Drive's own trouble: "backendError" and a message that tells nothing (the guide's page on errors)."""
    return DriveError(code, "Backend Error" if code == 500 else "Transient failure", "backendError")


def no_caller(api: str) -> ApiError:
    """No Authorization header at all. Sheets and Drive also take API keys, so this is 403 and not 401."""
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API."
    )
    return (
        DriveError(403, message, "forbidden", status="PERMISSION_DENIED") if api == "drive" else ApiError(403, message)
    )


def bad_token(api: str) -> ApiError:
    """A token that is unknown, expired or revoked."""
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    headers = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
    if api != "drive":
        return ApiError(401, message, headers)
    return DriveError(
        401, message, "authError", headers=headers, place=_HEADER, short="Invalid Credentials",
        status="UNAUTHENTICATED",
    )  # fmt: skip


def office_file() -> ApiError:
    """An uploaded workbook asked of Sheets: Excel files must be saved as Google Sheets first."""
    message = "This operation is not supported for this document. The document must not be an Office file."
    return ApiError(400, message, status="FAILED_PRECONDITION")


def bad(message: str) -> ApiError:
    return ApiError(400, message)


def no_entity() -> ApiError:
    return ApiError(404, "Requested entity was not found.")


def forbidden() -> ApiError:
    return ApiError(403, "The caller does not have permission")


def api_off(api: str, project: str) -> ApiError:
    """Nobody has enabled the API in the caller's project. Sheets tells the reason in details, Drive in errors too."""
    title, host = ("Google Drive API", "drive") if api == "drive" else ("Google Sheets API", "sheets")
    link = f"https://console.developers.google.com/apis/api/{host}.googleapis.com/overview?project={project}"
    message = (
        f"{title} has not been used in project {project} before or it is disabled. Enable it by visiting {link} then "
        "retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."
    )
    details = [
        error_info("SERVICE_DISABLED", consumer=f"projects/{project}", service=f"{host}.googleapis.com"),
        {"@type": "type.googleapis.com/google.rpc.Help",
         "links": [{"description": "Google developers console API activation", "url": link}]},
    ]  # fmt: skip
    if api == "drive":
        return DriveError(
            403, message, "accessNotConfigured", "usageLimits", status="PERMISSION_DENIED", details=details
        )
    return ApiError(403, message, details=details)


def error_info(reason: str, **metadata: str) -> Json:
    """google.rpc.ErrorInfo, by which programs tell refusals of one code apart."""
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
        "metadata": metadata,
    }  # fmt: skip


def scope_missing(api: str) -> ApiError:
    """A person did not tick everything when she signed in."""
    message = "Request had insufficient authentication scopes."
    details = [error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", service=f"{api}.googleapis.com")]
    if api != "drive":
        return ApiError(403, message, details=details)
    return DriveError(
        403, message, "insufficientPermissions", short="Insufficient Permission", status="PERMISSION_DENIED",
        details=details,
    )  # fmt: skip


def no_file(file_id: str) -> DriveError:
    return DriveError(404, f"File not found: {file_id}.", "notFound", place="fileId")
