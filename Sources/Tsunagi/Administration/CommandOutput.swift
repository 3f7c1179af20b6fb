import ArgumentParser
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
            print(text())
        }
    }

    /// A list that comes in pages, so that a million lines need no memory.
    ///
    /// - Parameters:
    ///   - page: gives the next page; an empty one ends the list.
    ///   - empty: what is printed as text when there is nothing.
    func list<Value: Encodable>(_ page: () throws -> [Value], empty: String, text: (Value) -> String) throws {
        var count = 0
        while true {
            let values = try page()
            if values.isEmpty { break }
            for value in values {
                if json {
                    print(count == 0 ? "[" : ",")
                    print(try Self.encode(value, pretty: false), terminator: "")
                } else {
                    print(text(value))
                }
                count += 1
            }
        }
        if json {
            print(count == 0 ? "[]" : "\n]")
        } else if count == 0 {
            print(empty)
        }
    }

    /// A list that is short enough to be there at once.
    func list<Value: Encodable>(_ values: [Value], empty: String, text: (Value) -> String) throws {
        var pages = [values][...]
        try list({ pages.popFirst() ?? [] }, empty: empty, text: text)
    }

    /// Something to know beside the answer.
    func note(_ text: String) {
        if !json { Self.printError("note: \(text)") }
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
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    private static func encode(_ value: some Encodable, pretty: Bool) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(LocalTime.iso(date))
        }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
