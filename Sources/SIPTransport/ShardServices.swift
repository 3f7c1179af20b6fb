import CallRouting
import Logging

/// What all shards of a server share.
struct ShardServices: Sendable {
    let limits: TransportLimits
    let overload: OverloadControl.Settings
    let sources: SourceLedger
    let logger: Logger
    let connections: ConnectionTable
    let resolver: AddressResolver
    let committer: BindingCommitter
    let recorder: CallRecorder

    func log(_ event: CallRouting.LogEvent) {
        let level: Logger.Level =
            switch event.level {
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
        guard level >= logger.logLevel else { return }
        logger.log(level: level, "\(event.message)", metadata: event.callID.map { ["call-id": "\($0)"] })
    }
}
