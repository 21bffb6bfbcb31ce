//! The `yinzheng` program.
fn main() {}
