use std::time::Duration;

/// "It must respond within 5 seconds", cold start included; the function's own timeout does not change it (O-01,
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html>).
pub(super) const LIMIT: Duration = Duration::from_secs(5);

/// What the caller gets when Cognito gives up. The words were seen for sibling triggers of the same service.
pub(super) const EFFECT: &str = "no token is issued: `UnexpectedLambdaException` with `PreTokenGeneration invocation \
                                 failed due to error Socket timeout while invoking Lambda function.`";

/// A time in seconds, to a tenth.
pub(super) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_to_a_tenth_of_a_second() {
        for (millis, words) in [(0, "0.0 s"), (4_940, "4.9 s"), (5_060, "5.1 s"), (61_000, "61.0 s")] {
            assert_eq!(seconds(Duration::from_millis(millis)), words);
        }
        assert_eq!(seconds(LIMIT), "5.0 s");
    }
}
