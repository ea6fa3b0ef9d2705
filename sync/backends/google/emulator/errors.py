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

    def __init__(self, code: int, message: str, headers: dict[str, str] | None = None, details: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.headers, self.details = code, message, headers or {}, details

    def body(self) -> Json:
        error: Json = {"code": self.code, "message": self.message, "status": _STATUS.get(self.code, "UNKNOWN")}
        if self.details:
            error["details"] = self.details
        return {"error": error}


class DriveError(ApiError):
    """The same in the shape of the Drive API."""

    def __init__(
        self,
        code: int,
        message: str,
        reason: str,
        domain: str = "global",
        headers: dict[str, str] | None = None,
        place: str = "fileId",
    ) -> None:
        super().__init__(code, message, headers)
        self.reason, self.domain, self.place = reason, domain, place

    def body(self) -> Json:
        item: Json = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.reason == "notFound":
            item |= {"location": self.place, "locationType": "parameter"}
        return {"error": {"code": self.code, "message": self.message, "errors": [item]}}


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
    if api == "drive":
        return DriveError(403, message, "accessNotConfigured", "usageLimits")
    details = [
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "googleapis.com"}
    ]
    return ApiError(403, message, details=details)


def scope_missing(api: str) -> ApiError:
    """A person did not tick everything when she signed in."""
    if api == "drive":
        message = "Insufficient Permission: Request had insufficient authentication scopes."
        return DriveError(403, message, "insufficientPermissions")
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com"}  # fmt: skip
    return ApiError(403, "Request had insufficient authentication scopes.", details=[info])


def no_file(file_id: str) -> DriveError:
    return DriveError(404, f"File not found: {file_id}.", "notFound")
