import ArgumentParser
import ControlPlane
import Foundation
import Glibc

/// Where a command prints: text for people, or JSON, on the standard output.
struct CommandOutput {
    let json: Bool

    /// One answer.
    func show(_ value: some Encodable, text: @autoclosure () -> String) throws {
        if json {
            print(try Self.encode(value, pretty: true))
        } else {
            print(text().forTerminal)
        }
    }

    /// A list that comes in pages, so that a million lines need no memory.
    ///
    /// - Parameters:
    ///   - page: gives the next page; an empty one ends the list.
    ///   - empty: what is printed as text when there is nothing.
    func list<Value: Encodable>(_ page: () throws -> [Value], empty: String, text: @escaping (Value) -> String) throws {
        var list = list(empty: empty, text: text)
        try list.appending { list in
            while case let values = try page(), !values.isEmpty { try list.append(values) }
        }
    }

    /// A list that is printed as its elements come.
    ///
    /// - Parameter empty: what is printed as text when none has come.
    func list<Value: Encodable>(empty: String, text: @escaping (Value) -> String) -> ListPrinter<Value> {
        ListPrinter(json: json, empty: empty, text: text)
    }

    struct ListPrinter<Value: Encodable> {
        fileprivate let json: Bool
        fileprivate let empty: String
        fileprivate let text: (Value) -> String
        private var count = 0

        fileprivate init(json: Bool, empty: String, text: @escaping (Value) -> String) {
            (self.json, self.empty, self.text) = (json, empty, text)
        }

        mutating func append(_ values: [Value]) throws {
            for value in values {
                try StandardOutput.check()
                if json {
                    print(count == 0 ? "[" : ",")
                    print(try CommandOutput.encode(value, pretty: false), terminator: "")
                } else {
                    print(text(value).forTerminal)
                }
                count += 1
            }
        }

        /// Does what appends the elements, and ends the list. What fails in the middle is told on the standard error only,
        /// so that a list in JSON is one, though a shorter one.
        mutating func appending(_ work: (inout Self) throws -> Void) throws {
            do {
                try work(&self)
            } catch let error where count > 0 {
                if json { finish() }
                throw CutOff(reason: error)
            }
            finish()
        }

        private func finish() {
            if json {
                print(count == 0 ? "[]" : "\n]")
            } else if count == 0 {
                print(empty.forTerminal)
            }
        }
    }

    /// Ends a list after some of its elements.
    private struct CutOff: Error {
        let reason: any Error
    }

    /// A list that is short enough to be there at once.
    func list<Value: Encodable>(_ values: [Value], empty: String, text: @escaping (Value) -> String) throws {
        var pages = [values][...]
        try list({ pages.popFirst() ?? [] }, empty: empty, text: text)
    }

    /// Something to know beside the answer.
    func note(_ text: String) {
        if !json { Self.printError("note: \(text)") }
    }

    /// What looks like a setting in the environment and sets nothing.
    static func warnOfUnknownVariables() {
        for variable in ConfigurationLoader.unknownVariables() { printError("warning: \(variable)") }
    }

    /// Does a command's work: what it refuses is told on the standard error, with `--json` as an object on the standard
    /// output too, and exits 1.
    func answering(_ work: (CommandOutput) throws -> Void) throws {
        // Who reads the notes may go away, and what was begun goes on. Of the answer, see StandardOutput.
        _ = signal(SIGPIPE, SIG_IGN)
        do {
            try work(self)
            try StandardOutput.flush()
        } catch let error as ValidationError {
            throw error
        } catch let code as ExitCode {
            // It has told by itself why.
            do { try StandardOutput.flush() } catch { Self.printError("tsunagi: \(error)") }
            throw code
        } catch let error as CutOff {
            Self.printError("tsunagi: \(error.reason)")
            throw ExitCode.failure
        } catch {
            refuse("\(error)")
            throw ExitCode.failure
        }
    }

    func refuse(_ reason: String) {
        if json, let text = try? Self.encode(["error": reason], pretty: true) { print(text) }
        Self.printError("tsunagi: \(reason)")
    }

    /// The answer so far goes before: it may be a secret that is shown only once.
    static func printError(_ text: String) {
        try? StandardOutput.flush()
        StandardError.write(text.forTerminal + "\n")
    }

    fileprivate static func encode(_ value: some Encodable, pretty: Bool) throws -> String {
        try JSONText.encode(value, times: .text { LocalTime.iso($0) }, isPretty: pretty)
    }
}

/// In this file, all that is printed is an answer.
private func print(_ text: String, terminator: String = "\n") { StandardOutput.write(text + terminator) }
