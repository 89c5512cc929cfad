use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use super::streams::{Color, Failure, Streams};
use super::{Exit, check, doctor, events, explain, preview, rules};

/// Tells what an Amazon Cognito pre token generation trigger does to your tokens, before you deploy it.
#[derive(Debug, Parser)]
#[command(name = "pretoken", version, max_term_width = 100, propagate_version = false, disable_help_subcommand = true)]
struct Pretoken {
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, global = true, display_order = 100)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Preview(preview::Preview),
    Doctor(doctor::Doctor),
    Events(events::Events),
    Rules(rules::Rules),
    Explain(explain::Explain),
}

/// Runs the command with these arguments, the program's name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let pretoken = match Pretoken::try_parse_from(arguments) {
        Ok(pretoken) => pretoken,
        Err(error) => {
            // Help that nobody reads is no failure.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Success }.into();
        }
    };
    let mut streams = Streams::new(pretoken.color);
    let ended = run(&pretoken.command, &mut streams).and_then(|exit| streams.finish().map(|()| exit));
    match ended {
        Ok(exit) => exit,
        Err(failure) => {
            if !matches!(failure, Failure::Closed) {
                streams.complain(&failure);
            }
            failure.exit()
        }
    }
    .into()
}

/// The command as clap knows it, for its help and for completions.
///
/// ```
/// let command = pretoken::cli::command();
/// assert!(command.get_subcommands().any(|subcommand| subcommand.get_name() == "check"));
/// ```
pub fn command() -> clap::Command {
    Pretoken::command()
}

fn run(command: &Command, streams: &mut Streams) -> Result<Exit, Failure> {
    match command {
        Command::Check(check) => check.run(streams),
        Command::Preview(preview) => preview.run(streams),
        Command::Doctor(doctor) => doctor.run(streams),
        Command::Events(events) => events.run(streams),
        Command::Rules(rules) => rules.run(streams),
        Command::Explain(explain) => explain.run(streams),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_is_well_formed() {
        super::command().debug_assert();
    }
}
