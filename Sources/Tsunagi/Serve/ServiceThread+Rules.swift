import Dispatch
import Glibc
import Logging
import Notification
import SIPTransport
import Storage

extension ServiceThread {
    /// Of 19: it has time, and calls have not.
    private static let niceness: CInt = 10

    /// Keeps the rules of very many numbers in memory: after a start and after an import it reads them for some seconds.
    static func rules(_ memory: RuleMemory, _ logger: Logger) -> ServiceThread {
        ServiceThread("rules", every: .seconds(1)) {
            // On Linux, of this thread alone.
            _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceness)
            let faults = FaultLog("the rules of all numbers can't be read ahead", logger)
            return { signal in
                do {
                    try memory.keepUp { !signal.isRaised }
                    faults.worked()
                } catch {
                    faults.failed(error)
                }
            }
        }
    }
}
