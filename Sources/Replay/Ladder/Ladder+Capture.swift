extension Ladder {
    /// The messages of a capture as they were, without anything that the engine made of them.
    package init(title: String, messages: some Sequence<CapturedMessage>) {
        self.init(title: title)
        for message in messages {
            let line = SIPStartLine(ofMessage: message.bytes[...])
            append(
                Event(
                    time: message.timestamp, from: .endpoint(message.source), to: .endpoint(message.destination),
                    label: line?.label ?? "(no start-line)", kind: line?.kind == .response ? .response : .request))
        }
    }
}
