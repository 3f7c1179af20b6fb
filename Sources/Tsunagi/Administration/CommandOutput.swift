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
        while case let values = try page(), !values.isEmpty { try list.append(values) }
        list.finish()
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
                if json {
                    print(count == 0 ? "[" : ",")
                    print(try CommandOutput.encode(value, pretty: false), terminator: "")
                } else {
                    print(text(value).forTerminal)
                }
                count += 1
            }
        }

        func finish() {
            if json {
                print(count == 0 ? "[]" : "\n]")
            } else if count == 0 {
                print(empty.forTerminal)
            }
        }
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
        do {
            try work(self)
        } catch let error as ValidationError {
            throw error
        } catch let code as ExitCode {
            // It has told by itself why.
            throw code
        } catch {
            refuse("\(error)")
            throw ExitCode.failure
        }
    }

    func refuse(_ reason: String) {
        if json, let text = try? Self.encode(["error": reason], pretty: true) { print(text) }
        Self.printError("tsunagi: \(reason)")
    }

    static func printError(_ text: String) {
        StandardError.write(text.forTerminal + "\n")
    }

    fileprivate static func encode(_ value: some Encodable, pretty: Bool) throws -> String {
        try JSONText.encode(value, times: .text { LocalTime.iso($0) }, isPretty: pretty)
    }
}
