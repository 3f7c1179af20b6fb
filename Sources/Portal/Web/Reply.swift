import Hummingbird
import SignIn

extension WebServices {
    /// A page, with what is around it.
    func page(
        _ page: some Page, in frame: PageFrame, status: HTTPResponse.Status = .ok, cookies: [Cookie] = []
    ) throws -> Response {
        var response = Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(
                byteBuffer: ByteBuffer(
                    string: try pages.html(page, in: frame, isRefused: status == .unprocessableContent))))
        for cookie in cookies { response.setCookie(cookie) }
        return response
    }

    /// To another page, after a form: so that it is not sent again when the page is loaded again.
    func redirect(to path: String, cookies: [Cookie] = []) -> Response {
        var response = Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
        for cookie in cookies { response.setCookie(cookie) }
        return response
    }

    /// - Parameters:
    ///   - path: where it is sent to, and below.
    ///   - maxAge: in seconds; nil: until the browser is closed.
    func cookie(_ name: String, _ value: String, path: String, maxAge: Int? = nil) -> Cookie {
        // Whether it is secure is the connection's to say: see ProtectionMiddleware.
        Cookie(name: name, value: value, maxAge: maxAge, path: path, secure: false, httpOnly: true, sameSite: .lax)
    }

    func endOfCookie(_ name: String, path: String) -> Cookie { cookie(name, "", path: path, maxAge: 0) }
}

extension Request {
    func cookieText(_ name: String) -> String? { cookies[name]?.value }

    /// What follows the question mark.
    ///
    /// - Throws: ``PortalError/unreadableForm``.
    func query() throws(PortalError) -> FormFields {
        try uri.query.map { (text) throws(PortalError) in try FormFields(encoded: Array(text.utf8)) } ?? FormFields()
    }

    /// The path with its query, as a path of ours: never another site's.
    var here: String {
        let path = uri.path
        guard path.hasPrefix("/"), !path.hasPrefix("//") else { return "/" }
        return uri.query.map { "\(path)?\($0)" } ?? path
    }
}
