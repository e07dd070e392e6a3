"""Why a store gave no answer, in one line. The text of its error is told only where nothing else is known."""

from typing import Any

from ftlint.read.urls import Address, scrubbed

LONGEST = 200

_S3 = ": set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or FSSPEC_S3_ANON=true for a public bucket"
_GS = ": run gcloud auth application-default login, or set FSSPEC_GS_TOKEN=anon for a public bucket"
_HINTS = {"s3": _S3, "s3a": _S3, "gs": _GS, "gcs": _GS, "hf": ": run hf auth login, or set HF_TOKEN"}


def reason(error: Exception, parts: Address) -> str:
    """What went wrong, without the credentials of the address that was asked."""
    cause = _cause(error)
    status = _status(cause)
    name = type(cause).__name__
    if isinstance(cause, PermissionError) or status in (401, 403):
        hub = ", or there is no such repository" if parts.scheme == "hf" else ""
        return f"access is refused{hub}: are the credentials right, and may they read this?"
    if "credential" in name.lower():
        return f"no credentials were found{_HINTS.get(parts.scheme, '')}"
    if isinstance(cause, IsADirectoryError):
        return "is a folder"
    if is_missing_bucket(cause):
        return "no such bucket"
    if isinstance(cause, FileNotFoundError) or status in (404, 410):
        return "no such file or folder"
    if _is_unreachable(cause):
        return f"cannot be reached: {_clean(cause, parts)}"
    return f"cannot be read: {_clean(cause, parts)}"


def is_missing_bucket(error: BaseException) -> bool:
    asked = getattr(error, "operation_name", "") == "HeadBucket" and _status(error) == 404
    return asked or _code(error) == "NoSuchBucket" or "bucket does not exist" in str(error)


def is_passing(error: Exception) -> bool:
    """Whether the same request may succeed a moment later."""
    status = _status(error)
    return _is_unreachable(error) or status == 429 or (status or 0) >= 500


def _cause(error: BaseException) -> BaseException:
    """The web's own error, where fsspec says of any failure that there is no such file."""
    return error.__cause__ if isinstance(error, FileNotFoundError) and error.__cause__ else error


def _code(error: BaseException) -> str:
    """The code of a botocore error, "" for any other."""
    response: Any = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def _status(error: BaseException) -> int | None:
    response: Any = getattr(error, "response", None)
    if isinstance(response, dict):
        response = response.get("ResponseMetadata", {})
        return response.get("HTTPStatusCode") if isinstance(response, dict) else None
    status = getattr(error, "status", None) or getattr(response, "status_code", None)
    return status if isinstance(status, int) else None


def _is_unreachable(error: BaseException) -> bool:
    name = type(error).__name__.lower()
    said = any(word in name for word in ("connect", "timeout", "dns", "proxy", "payload"))
    return said or isinstance(error, TimeoutError | ConnectionError)


def _clean(error: BaseException, parts: Address) -> str:
    text = scrubbed(" ".join(str(error).split()))
    for secret in (parts.user, *parts.user.split(":")):
        if len(secret) > 3:
            text = text.replace(secret, "***")
    name = type(error).__name__
    return f"{name}: {text[:LONGEST]}" if text else name
