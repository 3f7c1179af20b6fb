extension Ladder {
    /// The ladder as a picture: an SVG document that needs nothing beside it, readable on light and dark pages.
    ///
    /// - Parameters:
    ///   - identifier: begins the ids within the document; different ones let two ladders stand on one page. Only ASCII
    ///     letters, digits and hyphens of it are used.
    ///   - maximumParticipants: columns at most, 2 or more; the others share the last one.
    ///   - maximumEvents: the first so many are drawn, and the number of the others is given.
    package func svg(identifier: String = "ladder", maximumParticipants: Int = 8, maximumEvents: Int = 2000) -> String {
        var drawing = LadderDrawing(self, maximumParticipants: maximumParticipants, maximumEvents: maximumEvents)
        return drawing.document(identifier: identifier)
    }
}
