import ArgumentParser
import SignIn

extension Language: ExpressibleByArgument {}

/// A language that is chosen, or taken back.
struct LanguageChoice: ParsableArguments {
    @Option(help: "The language of messages and pages: ja or en.")
    var language: Language?

    @Flag(help: "Take the choice back.")
    var noLanguage = false

    func validate() throws {
        guard noLanguage == (language == nil) else {
            throw ValidationError("Give either --language ja or --language en, or --no-language.")
        }
    }
}
