import SIPTransport
import Storage

extension ControlReader: ShardDirectory {}

extension RuntimeDatabase: RuntimeStore {}
