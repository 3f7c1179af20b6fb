import Foundation
import Glibc
import Metering

/// What the kernel tells of this process.
struct ProcessMeasures {
    /// Octets.
    private(set) var residentMemory = 0
    private(set) var virtualMemory = 0
    private(set) var openDescriptors = 0
    private(set) var maximumDescriptors = 0
    private(set) var processorSeconds = 0.0

    init() {
        // proc(5): size and resident set, in pages.
        if let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) {
            let pages = text.split(separator: " ").prefix(2).compactMap { Int($0) }
            if pages.count == 2 {
                (virtualMemory, residentMemory) = (
                    pages[0] * sysconf(Int32(_SC_PAGESIZE)), pages[1] * sysconf(Int32(_SC_PAGESIZE))
                )
            }
        }
        openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            maximumDescriptors = Int(clamping: limit.rlim_cur)
        }
        var time = timespec()
        if unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 {
            processorSeconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
    }

    /// - Parameter start: seconds since the Unix epoch.
    func write(to text: inout MetricsText, startedAt start: Double) {
        text.counter("process_cpu_seconds_total", "Processor time of the process.", processorSeconds)
        text.gauge("process_resident_memory_bytes", "Resident memory.", residentMemory)
        text.gauge("process_virtual_memory_bytes", "Virtual memory.", virtualMemory)
        text.gauge("process_open_fds", "Open file descriptors.", openDescriptors)
        text.gauge("process_max_fds", "Limit of open file descriptors.", maximumDescriptors)
        text.gauge("process_start_time_seconds", "When the process started, since the Unix epoch.", start)
    }
}
