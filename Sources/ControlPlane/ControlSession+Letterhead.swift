import Foundation
package import Notification
import Storage

extension ControlSession {
    /// What messages say of us: the name of the service, and where its web sites are.
    package func letterhead() throws -> Letterhead {
        try read(.showLetterhead, on: .service) { try Letterhead($0) }
    }

    /// - Throws: ``ControlError/serviceName(_:)``.
    package func setServiceName(_ name: String) throws {
        let isPrintable = !name.unicodeScalars.contains(where: \.isControl)
        guard (1...64).contains(name.count), isPrintable, name.contains(where: { !$0.isWhitespace }) else {
            throw ControlError.serviceName(name)
        }
        try change(.serviceName, to: name, as: .setServiceName)
    }

    /// - Parameter text: `https://portal.example.jp`, or with a path; a slash at its end is left out.
    /// - Throws: ``ControlError/portalURL(_:)``.
    package func setPortalURL(_ text: String) throws {
        var url = text[...]
        while url.last == "/" { url = url.dropLast() }
        let isPlain = url.utf8.count <= 200 && url.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPlain, let parts = URLComponents(string: String(url)), ["http", "https"].contains(parts.scheme ?? ""),
            !(parts.host ?? "").isEmpty, parts.query == nil, parts.fragment == nil, parts.user == nil
        else { throw ControlError.portalURL(text) }
        try change(.portalURL, to: String(url), as: .setPortalURL)
    }

    private func change(_ setting: Setting, to value: String, as useCase: UseCase) throws {
        try write(useCase, on: .service) { transaction in
            let before = try transaction.snapshot.setting(setting)
            guard before != value else { return }
            try transaction.set(setting, to: value)
            try record("settings \(setting.rawValue)", of: .setting(setting), from: before, to: value, in: transaction)
        }
    }

    func letterheadReversal(_ entry: HistoryEntry) -> Reversal<String> {
        let setting = Setting(rawValue: entry.key) ?? .serviceName
        return Reversal(
            subjects: ["settings"], object: { _ in .setting(setting) },
            current: { _, snapshot in try snapshot.setting(setting) }, matches: { $0 == $1 },
            apply: { _, before, transaction in
                guard let before else { return }
                try transaction.set(setting, to: before)
                // How strict signing in is consists of several settings, which have to go together.
                try judging { _ = try SignInPolicy(transaction.snapshot) }
            })
    }
}
