import ControlPlane
import Directory
import Foundation
import Hummingbird
import SignIn

/// A site that has pages of single numbers: the same pages, each where the site's own paths lie.
enum NumberSite: CaseIterable, Sendable {
    /// サービス設定用ホームページ.
    case user
    /// An administrator's window onto it.
    case representation
    /// Web設定変更サイト of a voice group.
    case voiceGroup

    /// Of the site's paths, for the router.
    var pattern: String {
        switch self {
        case .user: Door.user.base
        case .representation: Door.representation(":window").base
        case .voiceGroup: "\(Door.portal.base)/voice/:group"
        }
    }

    /// Of the paths of one number, for the router.
    var numberPattern: String { "\(pattern)/numbers/:number" }
}

/// A page of a number that somebody asks for.
struct NumberVisit: Sendable {
    let site: NumberSite
    let guest: Guest
    let number: PhoneNumber
    /// 音声グループID; nil: the site has none.
    let group: String?
    let words: Catalogue

    /// Of the site's paths.
    var base: String {
        group.map { "\(guest.door.base)/voice/\($0)" } ?? guest.door.base
    }

    /// The page that leads to the number's.
    var above: String { group == nil ? base : "\(base)/numbers" }

    /// Of the paths of the number.
    var path: String { "\(base)/numbers/\(PercentEncoding.text(number.national))" }

    var session: ControlSession { guest.session }

    /// The way here from the site's first page.
    var crumbs: [PageFrame.Link] {
        guard group != nil else { return [PageFrame.Link(path: base, text: words("numbers.services"))] }
        return [
            PageFrame.Link(path: base, text: words("voice.site")),
            PageFrame.Link(path: "\(base)/numbers", text: words("voice.menu.forwarding")),
        ]
    }
}

extension WebServices {
    /// Who asks for a page of which number.
    ///
    /// - Throws: ``PortalError``, also for what can't be a number.
    func visit(at site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> NumberVisit {
        let guest = try await guest(at: Door.of(request.uri.path), request, context)
        guard let number = Self.parameter("number", context).flatMap({ try? PhoneNumber($0) }) else {
            throw PortalError.notFound
        }
        let group = site == .voiceGroup ? Self.parameter("group", context) : nil
        if let group {
            // A number of another group has its pages there.
            let state = try await workers.run { try guest.session.number(number) }
            guard state.contract == group else { throw PortalError.notFound }
        }
        return NumberVisit(
            site: site, guest: guest, number: number, group: group, words: words(context))
    }

    /// What is around a page of a number.
    func frame(
        of visit: NumberVisit, _ request: Request, _ context: PortalContext, notices: [PageFrame.Notice] = []
    ) -> PageFrame {
        frame(visit.guest, inGroup: visit.group, request, context, notices: notices)
    }

    /// - Parameter group: nil: not within Web設定変更サイト.
    func frame(
        _ guest: Guest, inGroup group: String?, _ request: Request, _ context: PortalContext,
        notices: [PageFrame.Notice] = []
    ) -> PageFrame {
        var frame = frame(guest.door, request, context, guest: guest, notices: notices)
        if group != nil { frame.siteName = words(context)("voice.site") }
        return frame
    }

    static func parameter(_ name: String, _ context: PortalContext) -> String? {
        context.parameters.get(name)?.removingPercentEncoding
    }
}
