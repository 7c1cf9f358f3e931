//! The back office's own memory: each kiosk's chain, what was answered, who is denied. Written apart from the kiosk's
//! code, from the protocol's page alone.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use aws_lc_rs::digest;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::terminal::frame::from_hex;

/// Nonces remembered; a kiosk asks a few times a minute.
const NONCES_MAX: usize = 4_096;
/// What one entry may be, in minor units, unless the control plane says otherwise.
const CAP: i64 = 100_000;

/// A kiosk's chain as it was taken in.
#[derive(Debug, Default)]
struct Chain {
    hash: Vec<u8>,
    /// Each entry's hash, payment, amount and answer, in order.
    taken: Vec<(Vec<u8>, String, i64, Value)>,
}

/// The desk.
#[derive(Debug)]
pub struct Desk {
    chains: BTreeMap<String, Chain>,
    deny_list: u64,
    denied: BTreeSet<String>,
    counters: BTreeMap<String, u64>,
    planned: BTreeMap<String, String>,
    nonces: VecDeque<String>,
    cap: i64,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            chains: BTreeMap::new(),
            deny_list: 0,
            denied: BTreeSet::new(),
            counters: BTreeMap::new(),
            planned: BTreeMap::new(),
            nonces: VecDeque::new(),
            cap: CAP,
        }
    }
}

/// An entry as it travels.
#[derive(Clone, Debug, Deserialize)]
pub struct Forwarded {
    kiosk: String,
    sequence: u64,
    hash: String,
    entry: String,
}

/// A question how we are.
#[derive(Clone, Debug, Deserialize)]
pub struct Asked {
    kiosk: String,
    sequence: u64,
    hash: String,
}

/// What the control plane may do.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Play {
    /// The entry of this payment is not honoured.
    Conflict { payment: String, conflict: String },
    /// A new deny list: its version, and the tokens of those who are lost, in hexadecimal digits.
    Deny { version: u64, tokens: Vec<String> },
    /// What one entry may be.
    Cap { minor: i64 },
    /// Tells what was taken in.
    Log,
}

const CONFLICTS: [&str; 5] =
    ["RedeemedElsewhere", "AccountClosed", "NotGenuine", "OverLimit", "CounterRepeats"];

/// Why something was not taken in; it is told and nothing else happens.
pub type Refused = (&'static str, Value);

impl Desk {
    /// Whether a nonce is new; it is used up by the question.
    pub fn fresh(&mut self, nonce: &str) -> bool {
        if self.nonces.iter().any(|used| used == nonce) {
            return false;
        }
        self.nonces.push_back(nonce.to_owned());
        if self.nonces.len() > NONCES_MAX {
            self.nonces.pop_front();
        }
        true
    }

    /// Tells how we are. A kiosk whose chain is another than ours learns it.
    pub fn status(&self, asked: &Asked) -> Value {
        let (sequence, hash) = self.head(&asked.kiosk);
        let known = self.chains.get(&asked.kiosk).map_or(&[][..], |chain| &chain.taken);
        let theirs = usize::try_from(asked.sequence).ok().and_then(|at| known.get(at.checked_sub(1)?));
        let agrees = theirs.is_none_or(|(hash, ..)| hex(hash) == asked.hash);
        json!({"sequence": sequence, "hash": hash, "deny_list": self.deny_list, "agrees": agrees})
    }

    fn head(&self, kiosk: &str) -> (u64, String) {
        let chain = self.chains.get(kiosk).filter(|chain| !chain.taken.is_empty());
        chain.map_or((0, hex(&[0; 32])), |chain| (count(chain), hex(&chain.hash)))
    }

    /// Takes an entry in, or answers what was answered before.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn take(&mut self, told: &Forwarded) -> Result<Value, Refused> {
        let hash = from_hex(&told.hash).filter(|hash| hash.len() == 32).ok_or(("hash", Value::Null))?;
        let (head, before) = self.head(&told.kiosk);
        if told.sequence >= 1 && told.sequence <= head {
            let chain = self.chains.get(&told.kiosk).ok_or(("chain", Value::Null))?;
            let at = usize::try_from(told.sequence - 1).map_err(|_large| ("sequence", Value::Null))?;
            let (known, _, _, answer) = chain.taken.get(at).ok_or(("sequence", Value::Null))?;
            let same = *known == hash;
            return if same {
                Ok(self.answer(told, answer.clone()))
            } else {
                Err(("other-entry", json!(told.sequence)))
            };
        }
        if told.sequence != head + 1 {
            return Err(("gap", json!(head + 1)));
        }
        let before = from_hex(&before).unwrap_or_default();
        let follows = [&before[..], &told.sequence.to_le_bytes(), told.entry.as_bytes()].concat();
        if digest::digest(&digest::SHA256, &follows).as_ref() != hash {
            return Err(("chain", json!(head)));
        }
        let entry: Value = serde_json::from_str(&told.entry).map_err(|_bad| ("entry", Value::Null))?;
        let amount = entry["amount"]["minor"].as_i64().filter(|minor| *minor > 0);
        let (Some(amount), Some(payment)) = (amount, entry["payment"].as_str()) else {
            return Err(("entry", Value::Null));
        };
        if entry["sequence"].as_u64() != Some(told.sequence) {
            return Err(("entry", json!("sequence")));
        }
        let answer = match self.judge(&entry["instrument"], payment, amount) {
            None => json!("Accepted"),
            Some(conflict) => json!({"Conflict": conflict}),
        };
        let chain = self.chains.entry(told.kiosk.clone()).or_default();
        chain.hash.clone_from(&hash);
        chain.taken.push((hash, payment.to_owned(), amount, answer.clone()));
        Ok(self.answer(told, answer))
    }

    fn answer(&self, told: &Forwarded, answer: Value) -> Value {
        json!({"sequence": told.sequence, "hash": told.hash, "answer": answer, "deny_list": self.deny_list})
    }

    /// Why an entry is not honoured, if it is not.
    fn judge(&mut self, instrument: &Value, payment: &str, amount: i64) -> Option<String> {
        if let Some(planned) = self.planned.remove(payment) {
            return Some(planned);
        }
        let (purse, member) = (&instrument["Purse"], &instrument["Member"]);
        let who = purse.get("card").or_else(|| member.get("member")).and_then(token);
        let Some(who) = who else { return Some("NotGenuine".to_owned()) };
        if self.denied.contains(&who) {
            return Some("AccountClosed".to_owned());
        }
        let counter = purse.get("counter").or_else(|| member.get("tap")).and_then(Value::as_u64);
        if let Some(counter) = counter {
            let last = self.counters.get(&who).copied();
            if last.is_some_and(|last| counter <= last) {
                return Some("CounterRepeats".to_owned());
            }
            self.counters.insert(who, counter);
        }
        (amount > self.cap).then(|| "OverLimit".to_owned())
    }

    /// Does what the control plane asks; none where there is no such conflict.
    pub fn play(&mut self, play: Play) -> Option<Value> {
        match play {
            Play::Conflict { payment, conflict } => {
                let known = CONFLICTS.contains(&conflict.as_str());
                known.then(|| self.planned.insert(payment, conflict))?;
            }
            Play::Deny { version, tokens } => {
                (self.deny_list, self.denied) = (version, tokens.into_iter().collect());
            }
            Play::Cap { minor } => self.cap = minor,
            Play::Log => {
                let chains: serde_json::Map<String, Value> = self
                    .chains
                    .iter()
                    .map(|(kiosk, chain)| {
                        let rows = chain.taken.iter().map(|(_, payment, amount, answer)| {
                            json!({"payment": payment, "amount": amount, "answer": answer})
                        });
                        (kiosk.clone(), rows.collect())
                    })
                    .collect();
                return Some(json!({"ok": true, "taken": chains}));
            }
        }
        Some(json!({"ok": true}))
    }
}

fn count(chain: &Chain) -> u64 {
    u64::try_from(chain.taken.len()).unwrap_or(u64::MAX)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A token travels as an array of its 32 bytes.
fn token(value: &Value) -> Option<String> {
    let bytes: Option<Vec<u8>> =
        value.as_array()?.iter().map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok())).collect();
    bytes.filter(|bytes| bytes.len() == 32).map(|bytes| hex(&bytes))
}
