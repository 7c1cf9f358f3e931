//! The sandbox as a process: its keys, its command line, its wire formats by way of the openssl command line, its
//! notifies and its wallet.

mod acp;
mod alipay;
mod alipay_methods;
mod alipay_styles;
mod notify;
mod office;
mod process;
mod terminal;
mod wallet;
