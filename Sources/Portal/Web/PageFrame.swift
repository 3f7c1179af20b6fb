import SignIn

/// What is around every page: the site's name, its menu, who is signed in, and the other language.
struct PageFrame: Sendable {
    struct Link: Sendable {
        let path: String
        let text: String
        var isCurrent = false
    }

    struct Notice: Sendable {
        let text: String
        /// Something went wrong: read at once by a screen reader.
        let isBad: Bool
    }

    let language: Language
    var siteName: String
    let home: String
    /// Of the forms on the page.
    let seal: String
    /// What was asked for, to come back to it, or to the page of the form that was sent there, in the other language.
    let here: String
    var menu: [Link] = []
    /// Nil: nobody is signed in.
    var person: Person?
    /// Nil: nobody acts for somebody else.
    var acting: Acting?
    var notices: [Notice] = []
    // Stored, because templates see what is stored.
    let stylesheet = Assets.stylesheet.path
    let icon = Assets.icon.path
    let code: String
    let isJapanese: Bool
    let hasMenu: Bool

    struct Person: Sendable {
        let name: String
        let signOut: String
        var links: [Link] = []
        /// 前回のログイン; nil: this is the first.
        var formerSignIn: ShownTime?
    }

    /// 代理設定: said on every page.
    struct Acting: Sendable {
        let text: String
        /// Where it is ended.
        let end: String
    }

    init(
        language: Language, siteName: String, home: String, seal: String, here: String, menu: [Link] = [],
        person: Person? = nil, acting: Acting? = nil, notices: [Notice] = []
    ) {
        self.language = language
        self.siteName = siteName
        self.home = home
        self.seal = seal
        self.here = here
        self.menu = menu
        self.person = person
        self.acting = acting
        self.notices = notices
        code = language.rawValue
        isJapanese = language == .japanese
        hasMenu = !menu.isEmpty
    }
}
