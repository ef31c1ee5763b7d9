"""The errors that Moodle's web services answer with: an exception class, a code and a sentence, with HTTP 200."""


class ServiceError(Exception):
    """An error as a caller sees it."""

    def __init__(self, exception: str, errorcode: str, message: str) -> None:
        super().__init__(errorcode)
        self.exception, self.errorcode, self.message = exception, errorcode, message

    def body(self) -> dict[str, str]:
        return {"exception": self.exception, "errorcode": self.errorcode, "message": self.message}


def moodle_error(errorcode: str, message: str) -> ServiceError:
    return ServiceError("core\\exception\\moodle_exception", errorcode, message)


def invalid_parameter() -> ServiceError:
    return ServiceError(
        "core\\exception\\invalid_parameter_exception", "invalidparameter", "Invalid parameter value detected"
    )


def invalid_record(table: str) -> ServiceError:
    return ServiceError(
        "dml_missing_record_exception",
        "invalidrecord",
        f"Can't find data record in database table {table}.",
    )


def invalid_token() -> ServiceError:
    return moodle_error("invalidtoken", "Invalid token - token not found")


def access_exception() -> ServiceError:
    return ServiceError("webservice_access_exception", "accessexception", "Access control exception")


def no_permission(capability: str) -> ServiceError:
    return ServiceError(
        "core\\exception\\required_capability_exception",
        "nopermissions",
        f"Sorry, but you do not currently have permissions to do that ({capability}).",
    )


def database_error() -> ServiceError:
    return ServiceError("dml_read_exception", "dmlreadexception", "Error reading from database")
