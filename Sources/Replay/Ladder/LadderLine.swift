/// One line of a terminal, whose columns can be written in any order.
struct LadderLine {
    /// Nil where a wide character reaches from the left.
    private var cells: [Character?] = []

    mutating func put(_ text: String, at position: Int) {
        var position = max(0, position)
        for character in text {
            let width = DisplayText.width(of: character)
            let needed = position + max(1, width)
            if cells.count < needed {
                cells += [Character?](repeating: " ", count: needed - cells.count)
            }
            guard width > 0 else { continue }
            cells[position] = character
            for covered in position + 1..<position + width {
                cells[covered] = nil
            }
            position += width
        }
    }

    var text: String {
        var text = String(cells.compactMap { $0 })
        while text.hasSuffix(" ") {
            text.removeLast()
        }
        return text
    }
}
