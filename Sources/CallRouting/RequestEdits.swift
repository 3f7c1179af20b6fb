/// What changes in a request on its way through, the same for all of its branches.
struct RequestEdits {
    /// What the route set says: routes that have done their work, a Request-URI put right, a strict router.
    let route: ReceivedRoute
    /// The value of our Record-Route parameter, once it is made.
    var routeNote: [UInt8]?
    /// Whether Record-Route is written.
    var recordsRoute = false
    /// The caller's number is withheld on our account (184).
    var hidesCaller = false
    /// 186: `Privacy: none` is written, and From names the caller.
    var showsCaller = false

    init(_ route: ReceivedRoute) { self.route = route }

    /// What our own Record-Route of this dialog says, if the request came by it.
    var note: RouteNote? { route.note }
}
