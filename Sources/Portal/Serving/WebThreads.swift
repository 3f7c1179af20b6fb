import Glibc
import NIOPosix

/// The threads of the web sites stand behind those of the calls: when there is not enough for both, a page waits.
enum WebThreads {
    private static let nice: Int32 = 5

    private final class Lowered: Sendable {}

    private static let lowered = ThreadSpecificVariable<Lowered>()

    /// Linux has a nice value for each thread; 0 is the one that calls.
    static func lower() {
        guard lowered.currentValue == nil else { return }
        lowered.currentValue = Lowered()
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, nice)
    }
}

/// Where the tasks of the web sites run, instead of on the threads that all tasks of the process share.
final class WebExecutor: TaskExecutor {
    private let pool: NIOThreadPool

    init(threads: Int) {
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    func stop() async { try? await pool.shutdownGracefully() }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { _ in
            WebThreads.lower()
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
