use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use toml::de::DeValue;

use super::file::Config;
use super::members::Member;
use super::reading::{Field, Table};
use super::source::{ConfigError, Mistake};
use crate::pool::{Pool, PoolFault, PoolFile};

/// A file about the user pool, and where it is named. It is read when the pool is needed: whoever only replays a finding
/// may do without.
#[derive(Clone, Debug)]
pub(super) struct NamedFile {
    key: &'static str,
    file: PoolFile,
    /// As the configuration has it.
    shown: String,
    path: PathBuf,
    span: Range<usize>,
}

/// The user pool as it is, in the files that the AWS CLI prints.
pub(super) const POOL: Member = Member {
    key: "pool",
    read: |field, config| {
        config.pool = field.table("the files of the AWS CLI, as members of `[pool]`", files).unwrap_or_default();
    },
};

fn files(table: &mut Table<'_>) -> Vec<NamedFile> {
    let why = "it names the file with what `aws cognito-idp describe-user-pool` prints";
    let mut files: Vec<_> = table
        .required("user-pool", why)
        .and_then(|field| one(&field, "user-pool", PoolFile::UserPool))
        .into_iter()
        .collect();
    if let Some(field) = table.field("client") {
        files.extend(clients(&field));
    }
    let others = [
        ("groups", PoolFile::Groups),
        ("identity-providers", PoolFile::IdentityProviders),
        ("resource-servers", PoolFile::ResourceServers),
    ];
    for (key, file) in others {
        files.extend(table.field(key).and_then(|field| one(&field, key, file)));
    }
    files
}

fn clients(field: &Field<'_>) -> Vec<NamedFile> {
    let wanted = "a file such as \"web.json\", or a list of such";
    let client = |field: &Field<'_>| one(field, "client", PoolFile::Client);
    let DeValue::Array(entries) = field.value() else { return client(field).into_iter().collect() };
    if entries.is_empty() {
        field.wrong(format!("an empty list leaves nobody who could sign in; `client` takes {wanted}"));
    }
    field.list(wanted).unwrap_or_default().iter().filter_map(client).collect()
}

fn one(field: &Field<'_>, key: &'static str, file: PoolFile) -> Option<NamedFile> {
    let shown = field.text("a file such as \"pool.json\"")?.to_owned();
    Some(NamedFile { key, file, path: field.reading.folder.join(&shown), shown, span: field.span() })
}

impl Config {
    /// The user pool that the trigger is for; `None` if the file names none.
    ///
    /// # Errors
    ///
    /// A file is not there, or is not what the AWS CLI prints, each with its line in the configuration.
    pub fn pool(&self) -> Result<Option<Pool>, ConfigError> {
        let mut pool: Option<Pool> = None;
        let mut mistakes = Vec::new();
        for named in &self.pool {
            let text = match fs::read_to_string(&named.path) {
                Ok(text) => text,
                Err(error) => {
                    mistakes.push(named.mistake(&format!("cannot be read ({error})"), pool.as_ref()));
                    continue;
                }
            };
            let taken: Result<(), PoolFault> = match (&mut pool, named.file) {
                (_, PoolFile::UserPool) => Pool::read(&text).map(|read| pool = Some(read)),
                (Some(pool), file) => pool.add(file, &text),
                // The user pool's own file is wrong, which has been told; what else is wrong is told too.
                (None, file) => file.recognise(&text),
            };
            if let Err(fault) = taken {
                mistakes.push(named.mistake(&fault.to_string(), pool.as_ref()));
            }
        }
        if mistakes.is_empty() { Ok(pool) } else { Err(self.source.error(mistakes)) }
    }
}

impl NamedFile {
    fn mistake(&self, fault: &str, pool: Option<&Pool>) -> Mistake {
        let command = self.file.command(pool.map_or("POOL_ID", |pool| pool.id.as_str()));
        let message = format!("`{}` {fault}; `{}` takes what `{command}` prints", self.shown, self.key);
        Mistake { message, span: self.span.clone() }
    }
}
