/// Why a sign-in does not go on. No text of these tells whether an account exists to someone without its password.
package enum SignInRefusal: Error, Hashable, CustomStringConvertible {
    /// No such account, a wrong password, or an account that is locked or suspended.
    case wrongCredentials
    /// Right password, but codes have no number to go to, and the person can't give one.
    case noMobileNumber
    case wrongCode(triesLeft: Int)
    case notACode
    /// Expired or used: a new one has to be sent.
    case codeVoid
    case tooManyWrongCodes
    /// This account has no such second factor.
    case notOffered
    /// The terms that were accepted are not those that were asked for.
    case otherTerms
    /// Another step comes first, or this one is done.
    case outOfTurn
    /// The sign-in has expired or was given up.
    case startAgain

    /// What is typed, as each manual calls it.
    package enum Code: Sendable, CaseIterable {
        /// 認証コード of a short message.
        case sms
        /// ワンタイムパスワード of a mail or of the app.
        case oneTime
        case recovery

        fileprivate var japanese: String {
            switch self {
            case .sms: "認証コード"
            case .oneTime: "ワンタイムパスワード"
            case .recovery: "リカバリーコード"
            }
        }

        fileprivate var english: String {
            switch self {
            case .sms: "code"
            case .oneTime: "one-time password"
            case .recovery: "recovery code"
            }
        }
    }

    package var message: Message { message(of: .sms) }

    /// - Parameter code: what was typed.
    package func message(of code: Code) -> Message {
        switch self {
        case .wrongCredentials:
            Message(
                key: "sign-in.wrong-credentials",
                japanese: "IDまたはパスワードが正しくないか、ご利用いただけない状態です。続けて間違えるとロックされることがあります。",
                english: "The ID or the password is wrong, or the ID can't be used at present. "
                    + "After several wrong passwords in a row an ID is locked for a while.")
        case .noMobileNumber:
            Message(
                key: "sign-in.no-mobile-number",
                japanese: "SMS認証用電話番号が登録されていません。管理者に連絡し、SMS認証用携帯電話番号の設定を依頼してください。",
                english: "No mobile number is registered for SMS authentication. Ask your administrator to set it.")
        case .wrongCode(let left):
            Message(
                key: "sign-in.wrong-code", japanese: "\(code.japanese)が正しくありません。あと\(left)回入力できます。",
                english: "The \(code.english) is wrong. You can try \(left) more \(left == 1 ? "time" : "times").")
        case .notACode:
            Message(
                key: "sign-in.not-a-code", japanese: "\(code.japanese)の形式が正しくありません。もう一度入力してください。",
                english: "This is not a \(code.english). Enter it again.")
        case .codeVoid:
            Message(
                key: "sign-in.code-void", japanese: "\(code.japanese)の有効期限が切れているか、すでに使用されています。新しいコードを送信してください。",
                english: "The \(code.english) has expired or was used. Have a new one sent.")
        case .tooManyWrongCodes:
            Message(
                key: "sign-in.too-many-wrong-codes", japanese: "\(code.japanese)の誤りが上限に達しました。もう一度ログインしてください。",
                english: "Too many wrong \(code.english)s. Sign in again.")
        case .notOffered:
            Message(
                key: "sign-in.not-offered", japanese: "この認証方法はご利用いただけません。",
                english: "This way of authentication is not available.")
        case .otherTerms:
            Message(
                key: "sign-in.other-terms", japanese: "規約が更新されました。最新の規約をご確認ください。",
                english: "The terms have changed. Read the present ones.")
        case .outOfTurn:
            Message(
                key: "sign-in.out-of-turn", japanese: "この操作は現在行えません。画面の案内に従ってください。",
                english: "This can't be done now. Follow the page.")
        case .startAgain:
            Message(
                key: "sign-in.start-again", japanese: "ログインの有効期限が切れました。もう一度ログインしてください。",
                english: "The sign-in has expired. Sign in again.")
        }
    }

    package var description: String { message.english }
}

extension Message {
    /// The one answer to whoever asks for a new password, whether or not there is an account of that address.
    package static let resetRequested = Message(
        key: "password-reset.requested",
        japanese: "ご入力のメールアドレスが登録されている場合、パスワード再設定のご案内をお送りします。",
        english: "If the address is registered, a mail with a link for a new password is on its way.")
}
