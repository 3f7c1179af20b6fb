import SIPTransport
import Storage

extension RuntimeDatabase: RuntimeStore {}
