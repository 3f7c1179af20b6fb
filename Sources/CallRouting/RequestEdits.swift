internal import SIPMessage

/// What changes in a request on its way through, the same for all of its branches.
struct RequestEdits {
    /// Routes that have done their work.
    var routes: [HeaderElement] = []
    /// A Request-URI put right before targets are found: a strict router's, or one whose 184/186 is taken off.
    var requestURI: [UInt8]?
    /// What our own Record-Route of this dialog says, if the request came by it.
    var note: RouteNote?
    /// The next Route is a strict router: where its URI stands (RFC 3261 §16.6 step 6).
    var strictRoute: Range<Int>?
    /// The value of our Record-Route parameter, once it is made.
    var routeNote: [UInt8]?
    /// Whether Record-Route is written.
    var recordsRoute = false
    /// The caller's number is withheld on our account (184).
    var hidesCaller = false
    /// 186: `Privacy: none` is written.
    var showsCaller = false

    /// What the route set says.
    init(_ route: ReceivedRoute) {
        routes = route.consumed
        strictRoute = route.strictURI
        requestURI = route.rewrittenURI
        note = route.note
    }
}
