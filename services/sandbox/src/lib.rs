//! Signed, fault-injecting stand-ins for the payment channels, and a payer's wallet page.
//!
//! One process serves all channels on one port with the real wire formats: anyone's SDK, script or wallet can be
//! pointed at it. It refuses what the real gateway refuses, in the gateway's own terms and with what to do about it;
//! it keeps a book in double entry; and a payer's code, a seed or the control plane choose what goes wrong.
//!
//! | module | what |
//! |---|---|
//! | [`world`] | all state, owned by one thread; [`cashier`] what happens to [`trade`]s; [`book`] the money; [`bill`] a day of it |
//! | [`terminal`] | a card terminal on a port of its own, with a journal of its own |
//! | [`alipay`] [`wechat`] [`acp`] | the personalities: text forms, checks, methods |
//! | [`office`] | a school's back office, to which kiosks forward payments by campus card |
//! | [`fault`] [`spoil`] [`chance`] [`clock`] [`withhold`] | what goes wrong, repeatably, and when; who does not give back |
//! | [`notice`] [`deliver`] | notifies and their schedules |
//! | [`sim`] [`wallet`] [`web`] | the control plane, the payer's page, the server |
//! | [`keys`] [`rsa`] | key files and signatures |

pub mod acp;
pub mod alipay;
pub mod bill;
pub mod book;
pub mod cashier;
pub mod chance;
pub mod clock;
pub mod deliver;
pub mod fault;
pub mod keys;
pub mod notice;
pub mod office;
pub mod rsa;
pub mod sim;
pub mod spoil;
pub mod terminal;
pub mod trade;
pub mod wallet;
pub mod web;
pub mod wechat;
pub mod withhold;
pub mod world;
