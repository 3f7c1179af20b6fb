/// A line of text in a form, with what is wrong with it beside it.
struct TextField: Sendable {
    let name: String
    let label: String
    var value = ""
    /// The type that browsers know it by.
    var kind = "text"
    var isRequired = false
    var hint: String?
    var problem: String?
}

/// One of several.
struct ChoiceField: Sendable {
    struct Choice: Sendable {
        let value: String
        let text: String
        var isChosen = false
    }

    let name: String
    let label: String
    var choices: [Choice]
    var isRequired = true
    var hint: String?
    var problem: String?
}

/// What is wrong with a form, above it: each leads to its field.
struct FormProblem: Sendable {
    let field: String
    let label: String
    let text: String
}
