import SIPTransport
import Storage

extension RuntimeDatabase: RuntimeStore {
    package func isAboutOneChange(_ error: any Error) -> Bool {
        if case .refused? = error as? StorageError { true } else { false }
    }
}
