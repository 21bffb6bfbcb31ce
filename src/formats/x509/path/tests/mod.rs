mod chains;
mod suites;
