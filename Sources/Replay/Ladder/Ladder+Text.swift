extension Ladder {
    /// The ladder for a terminal, lines ended by LF. Drawn in ASCII: the width of box-drawing characters is another one
    /// in terminals of East Asia.
    ///
    /// - Parameters:
    ///   - maximumParticipants: columns at most, 2 or more; the others share the last one.
    ///   - maximumEvents: the first so many are drawn, and the number of the others is given.
    package func text(maximumParticipants: Int = 6, maximumEvents: Int = 2000) -> String {
        var page = LadderPage(self, maximumParticipants: maximumParticipants, maximumEvents: maximumEvents)
        page.draw()
        return page.lines.joined(separator: "\n") + "\n"
    }
}
