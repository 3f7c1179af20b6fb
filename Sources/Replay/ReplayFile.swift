internal import CallRouting
internal import Directory
internal import Foundation
internal import SIPTransaction

/// A file that can be replayed, by what its name ends with: a script, or else a capture.
package enum ReplayFile {
    /// - Parameter rules: read instead of the script's own; nil for a capture: nobody's rules.
    /// - Throws: ``ScriptError`` or ``CaptureError`` for a file that can't be read or understood. What goes otherwise
    ///   than it must is in the report.
    package static func replay(_ path: String, rules: ReplayRules? = nil) throws -> ReplayReport {
        guard path.hasSuffix(".script") else {
            return replay(try CaptureReader.read(path: path), title: path, rules: rules)
        }
        let script = try Script(try text(of: path), file: path)
        guard let capture = script.capture else { return ScriptRunner.run(script, rules: rules) }
        return try replay(capture, of: script, rules: rules)
    }

    private static func replay(_ capture: String, of script: Script, rules: ReplayRules?) throws -> ReplayReport {
        let folder = script.file.lastIndex(of: "/").map { script.file[...$0] } ?? ""
        let capture = try CaptureReader.read(path: capture.hasPrefix("/") ? capture : folder + capture)
        let start = Instant(nanoseconds: capture.messages.first?.timestamp ?? 0)
        var report = replay(capture, title: script.title, rules: rules ?? script.ownRules(beginningAt: start))
        if let (line, wanted) = script.tally, let tally = report.tally?.description, tally != wanted {
            report.failures.append(ScriptError(script.file, line, "the tally is \"\(tally)\"").description)
        }
        do {
            try script.checkOutcomes(report.records)
        } catch {
            report.failures.append(error.description)
        }
        return report
    }

    private static func replay(_ capture: Capture, title: String, rules: ReplayRules?) -> ReplayReport {
        var report = CaptureReplay.run(capture, title: title, rules: rules)
        report.remarks.insert(capture.summary.description, at: 0)
        if capture.messages.isEmpty { report.failures.append("there is no SIP message in it: \(capture.summary)") }
        return report
    }

    private static func text(of path: String) throws(ScriptError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw ScriptError(path, nil, isThere ? "can't be read" : "no such file")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ScriptError(path, nil, "is no text in UTF-8")
        }
        return text
    }
}

extension Script {
    /// Nil for a script that sets none: then a capture goes through the wire.
    fileprivate func ownRules(beginningAt start: Instant) -> ReplayRules? {
        guard !rules.records.isEmpty || !rules.trunks.isEmpty else { return nil }
        return ReplayRules(directory: rules.directory(beginningAt: start), configuration: rules.configuration)
    }
}
