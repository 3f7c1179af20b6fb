/// What changes in a request on its way through, the same for all of its branches.
struct RequestEdits {
    /// Route elements that named us, and credentials that were meant for us.
    var removals: [Range<Int>] = []
    /// A Request-URI put right before targets are found: a strict router's, or one whose 184/186 is taken off.
    var requestURI: [UInt8]?
    /// The route that is left decides where the request goes.
    var hasRoute = false
    /// What our own Record-Route of this dialog says, if the request came by it.
    var note: RouteNote?
    /// The next Route is a strict router: where it stands, and its URI (RFC 3261 §16.6 step 6).
    var strictRoute: (removal: Range<Int>, uri: [UInt8])?
    /// What was dialled without 184 or 186, for the Request-URI.
    var dialled: String?
    /// The value of our Record-Route parameter, once it is made.
    var routeNote: [UInt8]?
    /// Whether Record-Route is written.
    var recordsRoute = false
    /// The caller's number is withheld on our account (184).
    var hidesCaller = false
    /// 186: `Privacy: none` is written.
    var showsCaller = false
}
