/// The look of a ladder as a picture, for light and dark surroundings.
enum LadderStyle {
    private static let light = [
        ".paper": "fill:#ffffff", "text": "fill:#1f2328", ".label": "stroke:#ffffff", ".time": "fill:#59636e",
        ".life": "stroke:#c4cbd3", ".who": "fill:#f1f4f8;stroke:#8c959f",
        ".request": "stroke:#0969da;fill:#0969da", ".provisional": "stroke:#6e7781;fill:#6e7781",
        ".success": "stroke:#1a7f37;fill:#1a7f37", ".redirection": "stroke:#8250df;fill:#8250df",
        ".failure": "stroke:#cf222e;fill:#cf222e", ".decision": "fill:#fff4c2;stroke:#bf8700",
        ".note": "fill:#f6f8fa;stroke:#8c959f",
    ]

    private static let dark = [
        ".paper": "fill:#0d1117", "text": "fill:#e6edf3", ".label": "stroke:#0d1117", ".time": "fill:#9aa4af",
        ".life": "stroke:#3d444d", ".who": "fill:#1b222c;stroke:#6e7681",
        ".request": "stroke:#58a6ff;fill:#58a6ff", ".provisional": "stroke:#9aa4af;fill:#9aa4af",
        ".success": "stroke:#3fb950;fill:#3fb950", ".redirection": "stroke:#bc8cff;fill:#bc8cff",
        ".failure": "stroke:#ff7b72;fill:#ff7b72", ".decision": "fill:#33290f;stroke:#d29922",
        ".note": "fill:#161b22;stroke:#6e7681",
    ]

    private static let shape = """
        .tsunagi-ladder text{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,"Noto Sans Mono CJK JP",monospace;\
        font-size:13px}
        .tsunagi-ladder .name{font-family:system-ui,"DejaVu Sans","Noto Sans CJK JP",sans-serif;font-size:14px;\
        font-weight:600;text-anchor:middle}
        .tsunagi-ladder .heading{font-family:system-ui,"DejaVu Sans","Noto Sans CJK JP",sans-serif;font-size:17px;\
        font-weight:600}
        .tsunagi-ladder .time{font-size:12px;text-anchor:end}
        .tsunagi-ladder .label{text-anchor:middle;stroke-width:5px;stroke-linejoin:round;paint-order:stroke}
        .tsunagi-ladder .beside{text-anchor:start}
        .tsunagi-ladder .life{stroke-width:1.5px}
        .tsunagi-ladder .quiet{stroke-dasharray:2 5}
        .tsunagi-ladder .who,.tsunagi-ladder .decision{stroke-width:1.2px}
        .tsunagi-ladder .note{stroke-width:1.2px;stroke-dasharray:4 3}
        .tsunagi-ladder line.message,.tsunagi-ladder path.message{stroke-width:1.8px}
        .tsunagi-ladder path.message{fill:none}
        .tsunagi-ladder .broken{stroke-dasharray:6 4}
        .tsunagi-ladder polygon{stroke:none}
        """

    /// The contents of the style element. Every selector is held to the ladder's class, so that a page the picture
    /// stands in keeps its own style.
    static let sheet = """
        \(rules(light))
        \(shape)
        @media (prefers-color-scheme:dark){
        \(rules(dark))
        .tsunagi-ladder path.message{fill:none}
        .tsunagi-ladder polygon{stroke:none}
        }
        """

    private static func rules(_ colours: [String: String]) -> String {
        colours.sorted { $0.key < $1.key }.map { ".tsunagi-ladder \($0.key){\($0.value)}" }.joined(separator: "\n")
    }
}
