use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::Config;
use crate::engine::Seed;
use crate::rules::Level;
use crate::saved::{Folder, Keeper, Keeping, Trigger};

/// Whether findings are saved.
#[derive(Debug, Args)]
pub(super) struct Saving {
    /// Do not save findings. Else each error and each warning (and advice that is denied) becomes a file in `.pretoken/`,
    /// which `pretoken replay` runs again; the next check runs all of them first, with this option too
    #[arg(long)]
    no_save: bool,
}

/// Below the folder that the command was started in, unless the configuration names another.
const FOLDER: &str = ".pretoken";

impl Saving {
    /// Reads what earlier checks of a trigger saved.
    pub(super) fn keeper(&self, config: &Config, trigger: Trigger, denied: Level, seed: Seed) -> Keeper {
        let keeping = Keeping { writes: !self.no_save, least: denied.min(Level::Warning), seed };
        let folder = config.saved.as_deref().unwrap_or_else(|| Path::new(FOLDER));
        Keeper::new(Folder::of(folder, trigger), keeping)
    }
}

/// A word of the command line that names a file, as it is the same for everybody who has the project: below the folder
/// that the command was started in, without `./`.
pub(super) fn plain_path(word: &str) -> String {
    let path = PathBuf::from(word);
    let here = std::env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).unwrap_or(&path);
    let below = below.strip_prefix(".").unwrap_or(below);
    below.to_str().filter(|below| !below.is_empty()).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_one_name_however_it_is_written() {
        let here = std::env::current_dir().unwrap();
        let absolute = here.join("src/app.py:handler").display().to_string();
        for word in ["src/app.py:handler", "./src/app.py:handler", &absolute] {
            assert_eq!(plain_path(word), "src/app.py:handler", "{word}");
        }
        for word in ["../app.py", "/elsewhere/app.py", "http://127.0.0.1:9000", "."] {
            assert_eq!(plain_path(word), word);
        }
    }
}
