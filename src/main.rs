//! The program: everything is in the library.

fn main() -> std::process::ExitCode {
    jotasu::command::main()
}
