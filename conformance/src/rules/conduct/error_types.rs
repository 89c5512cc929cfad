//! What the errors of the Lambda runtimes mean: a slip in the program, or a denial on purpose.

use crate::target::TriggerError;

/// What an error says about the trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Cause {
    /// The program did what no program means to do: a missing key, a null that is read, a panic.
    ProgrammingError,
    /// The event, or a text in it, did not fit what the trigger reads it as.
    EventNotUnderstood,
    /// The handler returned something that cannot be written as JSON.
    AnswerNotWritable,
    /// The function, or a module of it, could not be loaded.
    FunctionNotLoaded,
    /// The function's process ended.
    ProcessEnded,
    /// Something that the trigger calls could not be reached, or refused.
    DependencyFailed,
    /// Anything else: the trigger refuses on purpose, which is the documented way to deny a sign-in.
    Denied,
    /// The function took too long. Neither a crash nor a denial: for the rules on time.
    TimedOut,
    /// The answer was too large. For `answer-too-large`.
    AnswerTooLarge,
}

/// What an error means, by the type that the runtime reports, and by its words where the type does not tell.
///
/// An unknown type is a denial, never a crash: types of one's own are made to be thrown on purpose.
pub(super) fn cause(error: &TriggerError) -> Cause {
    let name = Name::of(&error.error_type);
    let by_words = || BY_WORDS.iter().find(|(of, words, _)| name.is(*of) && says(&error.message, words));
    // Go reports a panic with a text as type `string`, and Node.js a thrown text: only the panic has a stack.
    if name == Name::Plain("string") && !error.stack.is_empty() {
        return Cause::ProgrammingError;
    }
    if let Some((_, _, cause)) = by_words() {
        return *cause;
    }
    BY_TYPE
        .iter()
        .find(|(names, _)| names.iter().any(|one| name.text() == *one))
        .map_or(Cause::Denied, |(_, cause)| *cause)
}

/// An error type without what the runtimes put around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name<'a> {
    /// A type of Rust: `std::any::type_name`, which is what `lambda_runtime` reports.
    Rust(&'a str),
    /// A type that Lambda itself reports, such as `Runtime.ExitError`.
    Lambda(&'a str),
    /// The bare name of a type of another language: Java reports `java.lang.X`, Ruby `Function<X>`, the others `X`.
    Plain(&'a str),
}

impl<'a> Name<'a> {
    fn of(error_type: &'a str) -> Self {
        let inner = |around: &str| error_type.strip_prefix(around)?.strip_suffix('>');
        if let Some(ruby) = inner("Function<").or_else(|| inner("Init<")) {
            return Self::Plain(ruby.rsplit("::").next().unwrap_or(ruby));
        }
        if error_type.contains("::") || error_type == "&str" {
            return Self::Rust(error_type);
        }
        match error_type.split_once('.') {
            Some(("Runtime" | "Function" | "Extension" | "Sandbox", _)) => Self::Lambda(error_type),
            // Nested classes of Java and namespaces of PHP as well.
            _ => Self::Plain(error_type.rsplit(['.', '$', '\\']).next().unwrap_or(error_type)),
        }
    }

    const fn text(self) -> &'a str {
        match self {
            Self::Rust(text) | Self::Lambda(text) | Self::Plain(text) => text,
        }
    }

    fn is(self, of: Of) -> bool {
        match of {
            Of::Any => true,
            Of::Rust => matches!(self, Self::Rust(_)),
            Of::Names(names) => !matches!(self, Self::Rust(_)) && names.contains(&self.text()),
        }
    }
}

fn says(message: &str, words: &[&str]) -> bool {
    words.iter().any(|one| message.contains(one))
}

/// Types that tell by themselves.
const BY_TYPE: &[(&[&str], Cause)] = &[
    (PYTHON, Cause::ProgrammingError),
    (NODE, Cause::ProgrammingError),
    (GO, Cause::ProgrammingError),
    (RUBY_AND_PHP, Cause::ProgrammingError),
    (JAVA, Cause::ProgrammingError),
    (DOT_NET, Cause::ProgrammingError),
    (DESERIALIZERS, Cause::EventNotUnderstood),
    (SERIALIZERS, Cause::AnswerNotWritable),
    (LOADERS, Cause::FunctionNotLoaded),
    (DEPENDENCIES, Cause::DependencyFailed),
    (&["Runtime.ExitError", "Runtime.NodeJsExit", "Runtime.Unknown", "Extension.Crash"], Cause::ProcessEnded),
    (&["Sandbox.Timedout"], Cause::TimedOut),
    (&["Function.ResponseSizeTooLarge"], Cause::AnswerTooLarge),
];

/// Not `ValueError`, `RuntimeError` and `PermissionError`, which are raised on purpose just as often; see [`BY_WORDS`].
/// `AssertionError` is in: an assertion says that something cannot be, and here it was.
const PYTHON: &[&str] = &[
    "AssertionError",
    "AttributeError",
    "IndexError",
    "IndentationError",
    "KeyError",
    "MemoryError",
    "NameError",
    "NotImplementedError",
    "OverflowError",
    "RecursionError",
    "StopIteration",
    "SyntaxError",
    "SystemError",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "ZeroDivisionError",
];

/// Not `Error`, the type for what is thrown on purpose. A rejection that nobody awaits ends the process, whatever it
/// says, so it is no denial.
const NODE: &[&str] = &[
    "EvalError",
    "RangeError",
    "ReferenceError",
    "Runtime.InvalidStreamingOperation",
    "Runtime.UnhandledPromiseRejection",
    "URIError",
];

/// The types of run-time panics, as `reflect` names them. Not `errorString`, which `errors.New` makes too.
const GO: &[&str] = &["PanicNilError", "TypeAssertionError", "boundsError", "errorAddressString", "plainError"];

/// Not Ruby's `ArgumentError`, `StandardError` and `RuntimeError`, nor PHP's `Error` and `Exception`. `ErrorException`
/// is PHP's warning about an undefined key or variable, as frameworks report it.
const RUBY_AND_PHP: &[&str] = &[
    "ArgumentCountError",
    "ArithmeticError",
    "DivisionByZeroError",
    "ErrorException",
    "FloatDomainError",
    "FrozenError",
    "NoMatchingPatternError",
    "NoMatchingPatternKeyError",
    "NoMethodError",
    "SystemStackError",
    "UnhandledMatchError",
];

/// Not `IllegalArgumentException`, `IllegalStateException` and `RuntimeException`, which are thrown on purpose too.
const JAVA: &[&str] = &[
    "ArithmeticException",
    "ArrayIndexOutOfBoundsException",
    "ArrayStoreException",
    "ClassCastException",
    "ConcurrentModificationException",
    "IndexOutOfBoundsException",
    "InputMismatchException",
    "NegativeArraySizeException",
    "NoSuchElementException",
    "NullPointerException",
    "NumberFormatException",
    "OutOfMemoryError",
    "StackOverflowError",
    "StringIndexOutOfBoundsException",
    "UninitializedPropertyAccessException",
    "UnsupportedOperationException",
];

/// Not `ArgumentException` and `InvalidOperationException`; see [`BY_WORDS`]. `ArgumentNullException` is in: the null
/// came from the event, and its words are not for users.
const DOT_NET: &[&str] = &[
    "ArgumentNullException",
    "ArgumentOutOfRangeException",
    "DivideByZeroException",
    "FormatException",
    "IndexOutOfRangeException",
    "InvalidCastException",
    "KeyNotFoundException",
    "NotImplementedException",
    "NullReferenceException",
    "OverflowException",
    "RuntimeBinderException",
];

/// Libraries that read JSON into types, or check it against a schema. Not `ValidationError`: pydantic's is known by its
/// words, and others of that name are thrown on purpose.
const DESERIALIZERS: &[&str] = &[
    // Rust
    "lambda_runtime::deserializer::DeserializeError",
    "serde_json::error::Error",
    "InvalidEventDataError",
    // Python
    "JSONDecodeError",
    "Runtime.LambdaContextUnmarshalError",
    "Runtime.UnmarshalError",
    // Node.js: zod, Powertools
    "ParseError",
    "SchemaValidationError",
    "ZodError",
    // Go
    "InvalidUnmarshalError",
    "UnmarshalTypeError",
    // Java and Kotlin: Jackson, Gson, org.json, kotlinx
    "InvalidFormatException",
    "InvalidNullException",
    "JSONException",
    "JsonMappingException",
    "JsonParseException",
    "JsonSyntaxException",
    "MismatchedInputException",
    "MissingFieldException",
    "MissingKotlinParameterException",
    "UnrecognizedPropertyException",
    "ValueInstantiationException",
    // .NET
    "JsonException",
    "JsonReaderException",
    "JsonSerializationException",
    // Ruby
    "ParserError",
];

/// Python's runtime, and Go's `encoding/json`.
const SERIALIZERS: &[&str] =
    &["MarshalerError", "Runtime.MarshalError", "UnsupportedTypeError", "UnsupportedValueError"];

const LOADERS: &[&str] = &[
    "ClassNotFoundException",
    "ExceptionInInitializerError",
    "ImportError",
    "LoadError",
    "ModuleNotFoundError",
    "NoClassDefFoundError",
    "NoSuchMethodError",
    "Runtime.AfterRestoreError",
    "Runtime.BeforeSnapshotError",
    "Runtime.BuiltInModuleConflict",
    "Runtime.CallbackHandlerDeprecated",
    "Runtime.HandlerNotFound",
    "Runtime.ImportModuleError",
    "Runtime.InvalidEntrypoint",
    "Runtime.MalformedHandlerName",
    "Runtime.MalformedStreamingHandler",
    "Runtime.UserCodeSyntaxError",
    "TypeInitializationException",
    "TypeLoadException",
];

/// What AWS's SDKs, HTTP clients and database drivers report where a trigger runs without what it needs. Not
/// `AccessDeniedException` and `ResourceNotFoundException`, which are names for a denial too; see [`BY_WORDS`].
const DEPENDENCIES: &[&str] = &[
    // Python
    "ClientError",
    "ConnectTimeoutError",
    "ConnectionError",
    "ConnectionRefusedError",
    "EndpointConnectionError",
    "NoCredentialsError",
    "NoRegionError",
    "OperationalError",
    "ProfileNotFound",
    // Node.js
    "CredentialsProviderError",
    "ExpiredTokenException",
    "UnrecognizedClientException",
    // Go
    "DNSError",
    "OpError",
    "OperationError",
    // Java
    "ConnectException",
    "SQLException",
    "SdkClientException",
    "SocketTimeoutException",
    "UnknownHostException",
    // .NET
    "AmazonClientException",
    "AmazonServiceException",
    "HttpRequestException",
    "SocketException",
];

/// The types in which some words count.
#[derive(Clone, Copy)]
enum Of {
    Names(&'static [&'static str]),
    Rust,
    Any,
}

const PLAIN_GO: Of = Of::Names(&["errorString", "fundamental", "withMessage", "withStack", "wrapError", "wrapErrors"]);

/// Words that tell where the type does not, because it is thrown on purpose as well.
const BY_WORDS: &[(Of, &[&str], Cause)] = &[
    (Of::Any, &["Task timed out after "], Cause::TimedOut),
    // The words of the interpreter itself: a conversion, an unpacking, a search.
    (
        Of::Names(&["ValueError"]),
        &[
            "badly formed hexadecimal UUID string",
            "could not convert string to float",
            "does not match format",
            "invalid literal for int()",
            "Invalid isoformat string",
            "is not in list",
            "not enough values to unpack",
            "substring not found",
            "too many values to unpack",
        ],
        Cause::ProgrammingError,
    ),
    (
        Of::Names(&["RuntimeError"]),
        &["changed size during iteration", "generator raised StopIteration"],
        Cause::ProgrammingError,
    ),
    // pydantic
    (Of::Names(&["ValidationError"]), &["validation error for ", "validation errors for "], Cause::EventNotUnderstood),
    // The words of Node.js's runtime, of `JSON.stringify` and of Python's `json`.
    (
        Of::Names(&["Error", "TypeError"]),
        &[
            "Converting circular structure to JSON",
            "Do not know how to serialize a BigInt",
            "Unable to stringify response body",
            "is not JSON serializable",
        ],
        Cause::AnswerNotWritable,
    ),
    (Of::Names(&["Error"]), &["Cannot find module '", "Cannot find package '"], Cause::FunctionNotLoaded),
    // `TypeError: fetch failed` is what `fetch` of Node.js throws when nobody answers.
    (
        Of::Names(&["AggregateError", "Error", "TypeError"]),
        &["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "fetch failed", "getaddrinfo "],
        Cause::DependencyFailed,
    ),
    // What AWS's services say.
    (
        Of::Names(&["AccessDeniedException", "ResourceNotFoundException"]),
        &["Requested resource not found", "can't find the specified secret", "is not authorized to perform"],
        Cause::DependencyFailed,
    ),
    // PHP's `Error`, and Python's `binascii.Error`.
    (
        Of::Names(&["Error"]),
        &["Call to a member function ", "Call to undefined ", "Cannot use object of type", "Incorrect padding"],
        Cause::ProgrammingError,
    ),
    // `JSON.parse` of Node.js, and `encoding/json` of Go. What is left of `SyntaxError` is in the program itself.
    (
        Of::Names(&["SyntaxError"]),
        &["JSON", "Unexpected token", "after top-level value", "invalid character"],
        Cause::EventNotUnderstood,
    ),
    (
        Of::Names(&["ArgumentError"]),
        &["invalid value for ", "missing keyword", "wrong number of arguments"],
        Cause::ProgrammingError,
    ),
    (PLAIN_GO, &["assignment to entry in nil map", "runtime error: "], Cause::ProgrammingError),
    (PLAIN_GO, &["cannot unmarshal ", "unexpected end of JSON input"], Cause::EventNotUnderstood),
    (PLAIN_GO, &["failed to refresh cached credentials", "dial tcp "], Cause::DependencyFailed),
    // Java's runtime wraps what Jackson says.
    (Of::Names(&["RuntimeException"]), &["An error occurred during JSON parsing"], Cause::EventNotUnderstood),
    (Of::Names(&["RuntimeException"]), &["An error occurred during JSON serialization"], Cause::AnswerNotWritable),
    (
        Of::Names(&["IllegalArgumentException", "IllegalStateException"]),
        &["Duplicate key ", "No enum constant "],
        Cause::ProgrammingError,
    ),
    (
        Of::Names(&["ArgumentException", "InvalidOperationException"]),
        &[
            "An item with the same key has already been added",
            "Collection was modified",
            "Nullable object must have a value",
            "Sequence contains ",
        ],
        Cause::ProgrammingError,
    ),
    // Amazon.Lambda.Serialization
    (
        Of::Names(&["JsonSerializerException"]),
        &["Error converting the Lambda event JSON payload"],
        Cause::EventNotUnderstood,
    ),
    (Of::Names(&["JsonSerializerException"]), &["Error converting the response object"], Cause::AnswerNotWritable),
    // A boxed error of Rust has lost its type, so the words of serde, of `lambda_runtime` and of the AWS SDK count.
    (Of::Rust, &["Lambda panicked"], Cause::ProgrammingError),
    (Of::Rust, &["the answer cannot be written as JSON"], Cause::AnswerNotWritable),
    (
        Of::Rust,
        &[
            "EOF while parsing ",
            "data did not match any variant of untagged enum",
            "expected value at line ",
            "failed to deserialize the incoming data",
            "invalid type: ",
            "invalid value: ",
            "missing field `",
            "unknown field `",
            "unknown variant `",
        ],
        Cause::EventNotUnderstood,
    ),
    (
        Of::Rust,
        &["dispatch failure", "error sending request for url", "error trying to connect"],
        Cause::DependencyFailed,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error_type: &str, message: &str) -> Cause {
        cause(&TriggerError { error_type: error_type.to_owned(), message: message.to_owned(), stack: Vec::new() })
    }

    #[test]
    fn slips_are_known_in_every_language() {
        for (error_type, message) in [
            ("KeyError", "'email'"),
            ("TypeError", "Cannot read properties of undefined (reading 'split')"),
            ("Runtime.UnhandledPromiseRejection", "Error: not allowed"),
            ("ValueError", "not enough values to unpack (expected 2, got 1)"),
            ("errorString", "runtime error: invalid memory address or nil pointer dereference"),
            ("boundsError", "runtime error: index out of range [0] with length 0"),
            ("&alloc::boxed::Box<dyn core::any::Any + core::marker::Send>", "Lambda panicked: no email"),
            ("java.lang.NullPointerException", ""),
            ("java.lang.IllegalArgumentException", "No enum constant Source.TokenGeneration_ClientCredentials"),
            ("NullReferenceException", "Object reference not set to an instance of an object."),
            ("Function<NoMethodError>", "undefined method `split' for nil"),
            ("Error", "Call to a member function getName() on null"),
        ] {
            assert_eq!(of(error_type, message), Cause::ProgrammingError, "{error_type}: {message}");
        }
    }

    #[test]
    fn what_is_thrown_on_purpose_is_a_denial() {
        for (error_type, message) in [
            ("Error", "Your tenant is suspended"),
            ("ValueError", "no tenant for this user"),
            ("Exception", "denied"),
            ("PermissionError", "denied"),
            ("errorString", "denied"),
            ("alloc::string::String", "denied"),
            ("alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>", "denied"),
            ("my_trigger::KeyError", "denied"),
            ("string", "denied"),
            ("com.example.NotAllowedException", "denied"),
            ("com.example.Trigger$NotAllowedException", "denied"),
            ("Function<StandardError>", "denied"),
            ("ValidationError", "the email is not ours"),
            ("NotAllowedError", "Cannot find module 'x'"),
            ("", ""),
        ] {
            assert_eq!(of(error_type, message), Cause::Denied, "{error_type}: {message}");
        }
    }

    #[test]
    fn an_event_that_does_not_fit_a_type_is_known_by_its_type_or_its_words() {
        let boxed = "alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>";
        let jackson = "com.amazonaws.lambda.thirdparty.com.fasterxml.jackson.databind.exc.MismatchedInputException";
        for (error_type, message) in [
            ("lambda_runtime::deserializer::DeserializeError", "[request.groupConfiguration] invalid type: null"),
            (boxed, "missing field `email` at line 1 column 20"),
            ("UnmarshalTypeError", "json: cannot unmarshal object into Go struct field"),
            ("wrapError", "reading identities: json: cannot unmarshal array into Go value"),
            (jackson, "Cannot deserialize value"),
            ("ValidationError", "1 validation error for Event\nrequest.groupConfiguration"),
            ("SyntaxError", "\"undefined\" is not valid JSON"),
            ("ZodError", "[]"),
        ] {
            assert_eq!(of(error_type, message), Cause::EventNotUnderstood, "{error_type}: {message}");
        }
    }

    #[test]
    fn a_dependency_that_is_not_there_is_told_from_a_slip() {
        assert_eq!(of("TypeError", "fetch failed"), Cause::DependencyFailed);
        let refused = "User: arn:aws:sts::1:assumed-role/x is not authorized to perform: dynamodb:Query";
        assert_eq!(of("AccessDeniedException", refused), Cause::DependencyFailed);
        assert_eq!(of("AccessDeniedException", "not for you"), Cause::Denied);
        assert_eq!(of("NoCredentialsError", "Unable to locate credentials"), Cause::DependencyFailed);
        assert_eq!(of("Error", "connect ECONNREFUSED 127.0.0.1:5432"), Cause::DependencyFailed);
    }

    #[test]
    fn an_answer_that_cannot_be_written_is_no_denial() {
        assert_eq!(of("Error", "Unable to stringify response body"), Cause::AnswerNotWritable);
        let decimal = "Unable to marshal response: Object of type Decimal is not JSON serializable";
        assert_eq!(of("Runtime.MarshalError", decimal), Cause::AnswerNotWritable);
        assert_eq!(of("serde_json::error::Error", "the answer cannot be written as JSON: x"), Cause::AnswerNotWritable);
    }

    #[test]
    fn a_panic_of_go_has_a_stack_and_a_thrown_text_has_none() {
        let mut error =
            TriggerError { error_type: "string".to_owned(), message: "no tenant".to_owned(), stack: Vec::new() };
        assert_eq!(cause(&error), Cause::Denied);
        error.stack.push("main.handler (/src/main.go:12)".to_owned());
        assert_eq!(cause(&error), Cause::ProgrammingError);
    }

    #[test]
    fn what_lambda_itself_reports_keeps_its_prefix() {
        assert_eq!(of("Runtime.ExitError", "exit status 1"), Cause::ProcessEnded);
        assert_eq!(of("ExitError", "denied"), Cause::Denied);
        assert_eq!(of("Sandbox.Timedout", "Task timed out after 3.00 seconds"), Cause::TimedOut);
    }

    #[test]
    fn no_type_has_two_causes() {
        let mut seen = std::collections::BTreeSet::new();
        for name in BY_TYPE.iter().flat_map(|(names, _)| *names) {
            assert!(seen.insert(name), "{name}");
        }
    }
}
