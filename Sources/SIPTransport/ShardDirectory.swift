package import Directory

/// The rules as one shard reads them, on its own loop only.
package protocol ShardDirectory: CallDirectory {
    /// Takes up what any process has committed since the last time. Called at the start of each batch of messages,
    /// so it has to cost next to nothing when nothing has changed.
    func refresh()
}
