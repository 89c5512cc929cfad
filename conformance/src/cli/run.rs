use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use super::streams::{Color, Failure, Kept, Streams};
use super::{Exit, check, completions, doctor, events, explain, init, man, merge, preview, replay, rules, vectors};

/// Tells what an Amazon Cognito pre token generation trigger does to your tokens, before you deploy it.
#[derive(Debug, Parser)]
#[command(name = "pretoken", version, max_term_width = 80, propagate_version = false, disable_help_subcommand = true)]
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
    Init(init::Init),
    Events(events::Events),
    Rules(rules::Rules),
    Explain(explain::Explain),
    Replay(replay::Replay),
    Merge(merge::Merge),
    Vectors(vectors::Vectors),
    Completions(completions::Completions),
    Man(man::Man),
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
    run(&pretoken.command, &mut Streams::new(pretoken.color)).into()
}

/// What a command printed, without colours and 80 columns wide, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// To standard output.
    pub out: String,
    /// To standard error.
    pub err: String,
    /// How it ended.
    pub exit: Exit,
}

/// Runs the command within this process, and keeps what it prints. Standard input stays that of the process.
///
/// ```
/// use pretoken::cli::{Exit, printed};
/// let printed = printed(["pretoken", "explain", "reserved-claim-set"]);
/// assert_eq!(printed.exit, Exit::Success);
/// assert!(printed.out.contains("What it requires"));
/// ```
pub fn printed<A: Into<OsString> + Clone>(arguments: impl IntoIterator<Item = A>) -> Printed {
    let (out, err) = (Kept::default(), Kept::default());
    let exit = match Pretoken::try_parse_from(arguments) {
        Ok(pretoken) => run(&pretoken.command, &mut Streams::kept(&out, &err)),
        Err(error) if error.use_stderr() => {
            return Printed { out: String::new(), err: error.render().to_string(), exit: Exit::Usage };
        }
        Err(help) => return Printed { out: help.render().to_string(), err: String::new(), exit: Exit::Success },
    };
    Printed { out: out.text(), err: err.text(), exit }
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

fn run(command: &Command, streams: &mut Streams) -> Exit {
    let ended = subcommand(command, streams).and_then(|exit| streams.finish().map(|()| exit));
    ended.unwrap_or_else(|failure| {
        if !matches!(failure, Failure::Closed) {
            streams.complain(&failure);
        }
        failure.exit()
    })
}

fn subcommand(command: &Command, streams: &mut Streams) -> Result<Exit, Failure> {
    match command {
        Command::Check(check) => check.run(streams),
        Command::Preview(preview) => preview.run(streams),
        Command::Doctor(doctor) => doctor.run(streams),
        Command::Init(init) => init.run(streams),
        Command::Events(events) => events.run(streams),
        Command::Rules(rules) => rules.run(streams),
        Command::Explain(explain) => explain.run(streams),
        Command::Replay(replay) => replay.run(streams),
        Command::Merge(merge) => merge.run(streams),
        Command::Vectors(vectors) => vectors.run(streams),
        Command::Completions(completions) => completions.run(streams),
        Command::Man(man) => man.run(streams),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_is_well_formed() {
        super::command().debug_assert();
    }
}
