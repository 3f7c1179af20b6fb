import Glibc

/// Where a process tells what belongs beside its answer: a log, notes, the question for a password.
enum StandardError {
    static func write(_ text: String) { StandardDescriptors.tell(text, at: STDERR_FILENO) }
}
