#include "benchmarks/population/builtin_tables.h"

namespace gmpi::population {

const std::string_view kBritishSurnames =
    "Smith Jones Taylor Williams Brown Davies Evans Wilson Thomas Roberts Johnson Lewis Walker Robinson Wood "
    "Thompson "
    "White Watson Jackson Wright Green Harris Cooper King Lee Martin Clarke James Morgan Hughes Edwards Hill "
    "Moore Clark "
    "Harrison Scott Young Morris Hall Ward Turner Carter Phillips Mitchell Campbell Adams Anderson Allen "
    "Cook Bailey Miller "
    "Parker Davis Murphy Bell Price Baker Griffiths Kelly Simpson Marshall Collins Bennett Cox Richardson "
    "Fox Gray Rose "
    "Chapman Hunt Robertson Shaw Reynolds Lloyd Ellis Richards Wilkinson Russell Graham Stewart Reid Powell "
    "Murray Palmer "
    "Rogers Holmes Stevens Walsh Hunter Thomson Matthews Ross Owen Knight Mason Kennedy Butler Barnes Mills "
    "Webb Foster "
    "Holt Howarth Ashworth Entwistle Greenhalgh Hargreaves Schofield Barlow Booth Kershaw Lomax Crompton "
    "Pilkington Bradshaw "
    "Hopkins Jenkins Pearson Dixon Harvey Fletcher Barker Cole Elliott Hamilton Ford West Wallace Lawson "
    "Fisher Gibson "
    "Ferguson Grant Saunders Andrews Hart Bradley Dunn Johnston Stephenson Cunningham Rowe Burton Brooks "
    "Arnold Day Harper "
    "Lawrence Stone Spencer Dawson Watts Armstrong Gardner Atkinson Pearce Perry Payne Francis Nicholson "
    "Nelson Gordon Ryan "
    "Kay Duckworth Haslam Horrocks Leigh Molyneux Rigby Seddon Unsworth Winstanley Fairhurst Gaskell Hindley "
    "Aspinall Birchall "
    "Cheetham Clegg Butterworth Whitehead Ogden Mellor Wild Wrigley Garside Buckley Lees Heywood Hilton "
    "Jolley Kenyon "
    "O'Brien O'Connor O'Neill O'Reilly O'Sullivan O'Donnell O'Hara O'Shea O'Rourke O'Malley O'Toole O'Keeffe "
    "O'Leary O'Grady "
    "McDonald McCarthy McLean McKenzie McGregor McIntyre McKenna McMahon McGrath McLoughlin McNally McGuire "
    "McCann McHugh "
    "McCormack McAllister McDermott McKay McNulty McBride McManus McNamara MacDonald MacKenzie MacLeod "
    "Fitzgerald Fitzpatrick "
    "Doyle Byrne Burke Gallagher Brennan Quinn Nolan Duffy Flynn Healy Connolly Daly Egan Farrell Foley "
    "Hogan Kavanagh Keane "
    "Kenny Lynch Maguire Moran Reilly Sheridan Sweeney Tierney Whelan Casey Costello Dolan Donnelly Boyle "
    "Cassidy Hayes Higgins "
    "Mahon Mullen Rafferty Regan Rooney Hennessy Delaney Conway Cullen Dempsey Devlin Finnegan Geraghty "
    "Hanlon Heaney Kearney "
    "Ainsworth Alker Almond Appleton Ashcroft Ashton Baldwin Ball Balshaw Bancroft Bardsley Barton Battersby "
    "Bentham Berry "
    "Beswick Bibby Blackburn Bleakley Boardman Bolton Bond Boon Bowker Brierley Broadbent Brocklehurst "
    "Burgess Bury Cain Calvert "
    "Catterall Chadwick Charlton Collier Cropper Croston Crook Cross Cunliffe Dean Dearden Derbyshire "
    "Dewhurst Dickinson Dobson "
    "Downes Eaton Eccles Eckersley Edge Fallows Farnworth Farrington Faulkner Fielding Firth Forshaw Frost "
    "Gibbons Glover Goulden "
    "Gorton Greaves Gregory Grimshaw Grundy Halliwell Halsall Hampson Hardman Hartley Haworth Heap Heaton "
    "Hesketh Heyes Hibbert "
    "Higson Hodgkinson Holden Holland Hollingworth Hooley Hope Houghton Howard Hulme Hurst Ingham Isherwood "
    "Jepson Johnstone Keen "
    "Kirkham Knowles Latham Leach Leather Leyland Livesey Lord Lowe Lucas Lund Lyons Makin Makinson Marsden "
    "Marsh Massey Meadows "
    "Melling Metcalfe Middleton Monks Morton Moss Nuttall Oldfield Openshaw Ormerod Parkinson Partington "
    "Peers Pendlebury "
    "Platt Pollitt Potter Prescott Preston Pye Radcliffe Ramsbottom Ramsden Rawlinson Redfern Ridgway Riley "
    "Rimmer Rothwell "
    "Rowlands Royle Rushton Scholes Sharples Sharrock Shepherd Sherratt Shorrocks Sidebottom Singleton "
    "Slater Smethurst Southern "
    "Stansfield Stott Stringer Sutcliffe Sutton Swift Tattersall Thornley Thornton Thorpe Tomlinson Tonge "
    "Topping Townsend Travis "
    "Turton Tyldesley Valentine Vaughan Wadsworth Wardle Warburton Wareing Waterhouse Welsby Whalley Wheeler "
    "Whitaker Whittaker "
    "Whittle Wilcock Wilde Winterbottom Wolstenholme Woodcock Woods Worrall Worsley Worthington Yates "
    "Yarwood Smith-Jones "
    "Abbott Alexander Archer Atkins Austin Banks Barber Barrett Bates Begley Benson Bird Bishop Black Blake "
    "Boyd Briggs Bryant "
    "Bull Burns Cameron Carr Carroll Chambers Christie Coleman Cooke Crawford Curtis Davidson Davison "
    "Douglas Drake Duncan Ellison "
    "English Field Fleming Fraser Freeman French Fuller George Gilbert Gill Goodwin Hancock Hardy Harding "
    "Hawkins Henderson Henry "
    "Hewitt Hicks Hodgson Holloway Hudson Humphreys Ingram Jarvis Jennings Jordan Joyce Kemp Kerr Lamb "
    "Lambert Lane Little Long "
    "Macdonald Mann May Miles Milne Montgomery Morrison Myers Newman Newton Nicholls Norman Norris Norton "
    "Oliver Osborne Page Parry "
    "Parsons Patterson Peters Poole Pope Porter Potts Pritchard Pugh Rees Reeves Rhodes Rice Robson Rodgers "
    "Sanderson Savage "
    "Sharp Simmons Skinner Steele Stephens Stevenson Sullivan Summers Sykes Todd Tucker Wade Walters Warner "
    "Warren Watkins Webster "
    "Wells Wheatley Wilkins Williamson Willis Winter Wise Wyatt";

const std::string_view kSurnameBeginnings =
    "Ash Brad Holling Har Shuttle Whit Black Green Birken Butter Ald Aspin Hey Hasling Ought Longs Oaken "
    "Long Wool Red Bar "
    "Clay Crow Dun Ellen Farn Gold Hart Heald Hind Horn Kirk Lang Lay Light Lind Mar Mel Nut Orm Pick Ram "
    "Rawten Rush San Shar "
    "Sher Skelm Stan Swin Thorn Tot Tur Under Wad Wal Ward Wester Wick Wil Win Wolf Worm Yar Ains Apple "
    "Brier Cold Dar Eccle Fair";
const std::string_view kSurnameEndings =
    "worth shaw bottom ley ton stead hurst field bank croft well wood man burn ham by ford bridge low royd "
    "thwaite den clough "
    "ridge cliffe head more ing gate house";

const std::array<OriginNames, 10> kOriginNames = {{
    {Origin::kPakistani,
     "Mohammed Muhammad Ali Ahmed Imran Hassan Usman Bilal Hamza Adeel Asif Tariq Khalid Nadeem Shahid Zahid "
     "Abdul Umar Faisal "
     "Kamran Sajid Rashid Javed Saqib Tahir Waqas Waseem Yasir Zubair Amir Arshad Aslam Ibrahim Ismail "
     "Haroon Junaid Qasim Rizwan "
     "Sohail Salman Shoaib Sufyan Talha Yousaf Zain Zeeshan Adnan Aqeel Atif Babar Danish Ehsan Fahad Ghulam "
     "Hashim Irfan Jamil "
     "Mahmood Mubashir Naveed Omar Parvez Raheel Sami Shabir Sultan Taimoor Wajid Eesa Musa Yahya Ayaan "
     "Zakariya",
     "Fatima Ayesha Zainab Maryam Khadija Saima Nadia Samina Shazia Rubina Nasreen Shabana Farzana Yasmin "
     "Parveen Tahira Rukhsana "
     "Sadia Sana Sara Amina Hafsa Iqra Aaliyah Aleena Alisha Anisa Asma Bushra Fareeda Fozia Ghazala Hina "
     "Humaira Inaya Kiran Laiba "
     "Lubna Madiha Maham Mehwish Naila Nazia Noreen Rabia Razia Robina Sajida Shaista Shamim Sidra Sobia "
     "Sumaira Tasleem Uzma "
     "Zara Zahra Zubaida Zoya Haleema Safa Mahnoor Aisha Eshal",
     "Khan Hussain Ahmed Ali Malik Iqbal Mahmood Shah Akhtar Mirza Butt Chaudhry Rehman Qureshi Aslam Sheikh "
     "Raja Javed Anwar "
     "Ashraf Arshad Rashid Yousaf Bashir Sharif Tariq Saleem Sadiq Raza Nawaz Siddiqui Zaman Rafiq Riaz "
     "Mehmood Aziz Latif Dar "
     "Bhatti Ghani Hanif Hayat Ishaq Jamil Kayani Lone Mughal Nazir Rana Rasool Sabir Shafiq Tahir Usman "
     "Waheed Yaqoob Zafar Zahoor "
     "Abbasi Afzal Akram Awan Baig Din Farooq Gondal Gul Habib Janjua Karim Kausar Majid Munir Rauf Sarwar "
     "Satti",
     "", "Bibi Begum Akhtar Kausar Parveen Khatoon Sultana Jan Bano Khanum Fatima Naz"},
    {Origin::kIndian,
     "Raj Amit Sanjay Vijay Rahul Anil Sunil Ashok Rajesh Suresh Mohammed Imran Salim Yusuf Ramesh Dinesh "
     "Kiran Nikhil Rohan Arjun "
     "Harpreet Gurpreet Manjit Jaspal Balbir Kulwinder Harjit Sukhdev Jagdeep Amarjit Bhavesh Chetan Deepak "
     "Dhruv Girish Hitesh Jayesh "
     "Kalpesh Mahesh Mukesh Naresh Nilesh Paresh Pravin Rakesh Ravi Sachin Vikram Vishal Yash Aarav Vihaan "
     "Aditya Ishaan Krish Thomas "
     "Joseph George Ibrahim Ahmed Ismail Suleman Ayub",
     "Priya Anita Sunita Meena Kavita Neha Pooja Rekha Asha Usha Nisha Hina Fatima Ayesha Zainab Harpreet "
     "Gurpreet Manjit Jaspreet "
     "Balbir Kulwinder Amarjit Simran Bhavna Chandrika Daksha Deepa Divya Geeta Hansa Hetal Jaya Jyoti "
     "Kalpana Kamla Kokila Lata "
     "Mamta Manisha Meera Minal Nalini Naina Pallavi Pushpa Ranjan Rupal Sangita Savita Shilpa Smita Sonal "
     "Sushila Urvashi Varsha "
     "Aanya Diya Saanvi Anaya Maria Sumaiya Safiya Mariyam",
     "Patel Shah Mistry Desai Sharma Kumar Gupta Singh Ahmed Khan Patel Bhatt Mehta Joshi Parmar Solanki "
     "Chauhan Gill Sandhu Dhillon "
     "Sidhu Grewal Bains Rai Nair Menon Thomas George Varghese Reddy Rao Iyer Das Roy Sen Ghosh Modi Amin "
     "Chopra Kapoor Verma Gandhi "
     "Pandya Trivedi Vyas Rathod Makwana Lad Tailor Gajjar Adam Musa Bux Valli Munshi Kazi Bhana",
     "Singh", "Kaur Kaur Devi Ben"},
    {Origin::kBangladeshi,
     "Mohammed Abdul Md Ahmed Ali Shah Kamal Jamal Rahim Karim Shahin Faruk Habib Harun Iqbal Jahangir Kabir "
     "Mizan Nazrul Rafiq Salim "
     "Shamim Sumon Tariq Zakir Aminul Anwar Badrul Delwar Fazlul Golam Hasan Imran Jubayer Khalil Lutfur "
     "Masud Mukid Nurul Rashed "
     "Ruhel Sadik Shofiqul Siraj Taher Yusuf Zahid Ayaan Ibrahim Yahya",
     "Fatima Nasima Rehana Shahana Rina Shirin Salma Sultana Taslima Ayesha Amina Farhana Hasina Jahanara "
     "Kulsum Lutfa Marjana Mina "
     "Momtaz Nazma Parul Rahima Rokeya Rukshana Sabina Sadia Shamima Sufia Tahmina Tania Zakia Zubaida "
     "Maryam Aaliyah Samiha Nusrat "
     "Anika Sumaiya Halima Khaleda",
     "Miah Ali Uddin Ahmed Rahman Islam Hussain Khan Choudhury Hoque Alam Chowdhury Haque Mia Ullah Hossain "
     "Karim Kabir Malik Khalique "
     "Ahad Aziz Bari Hannan Jabbar Kadir Mannan Matin Mukith Noor Quddus Rob Salam Shahid Sattar Subhan "
     "Tarafdar Talukdar Zaman Sarker Bhuiyan Mollah Sikder Laskar Howlader",
     "", "Begum Begum Khatun Bibi Akter Sultana Khanom Nessa"},
    {Origin::kArab,
     "Ahmed Mohamed Ali Omar Hassan Hussein Karim Youssef Ibrahim Khaled Mustafa Mahmoud Said Samir Tarek "
     "Walid Ziad Nabil Rami Bashar "
     "Haider Abbas Jaafar Sajjad Reza Amir Mehdi Hamid Farhad Behnam Kaveh Arash Saman Rebaz Azad Karwan "
     "Hiwa Dilshad Rebwar Soran Aram "
     "Shwan Goran Bakhtiar Sardar Jamal Faris Adel Anas Bilal Hadi Idris Jaber Marwan Nasser Othman Qasim "
     "Salah Yasin Zaid",
     "Fatima Aisha Maryam Zainab Noor Huda Layla Salma Amal Hanan Iman Khadija Nadia Rania Samira Yasmin "
     "Zahra Mona Dina Hala Reem Lina "
     "Rasha Sahar Wafa Parisa Shirin Nasrin Maryam Leila Mina Niloufar Azadeh Shilan Hana Tara Shno Rezan "
     "Avin Bahar Chiman Nazanin "
     "Abeer Asma Dalal Ghada Jamila Kawthar Lubna Manal Nour Rana Suad Thuraya",
     "Al-Hassan Ahmed Mohamed Ali Hussein Al-Ali Ibrahim Hassan Mahmoud Karimi Hosseini Rahimi El-Sayed "
     "Abdullah Saleh Omar Al-Rashid "
     "Khalil Mustafa Osman Aziz Rashid Amin Qadir Hamad Rasul Salih Mohammadi Ahmadi Rezaei Moradi Jafari "
     "Tehrani Ghasemi Al-Sadi "
     "Al-Jaburi Al-Tamimi Al-Dulaimi El-Amin El-Masri Haddad Mansour Nasser Saad Saeed bin_Said Ben_Ali "
     "Younis Zaki Barzani Talabani "
     "Jalal Kamal Faraj Abbas Habib Al-Maliki Al-Bayati Al-Khatib El-Din Suleiman Sharif",
     "", ""},
    {Origin::kAfrican,
     "Emmanuel Samuel David Daniel Joseph Michael Kwame Kofi Kwabena Oluwaseun Adewale Babatunde Chinedu "
     "Emeka Ikenna Obinna Tunde Femi "
     "Segun Ibrahim Abdullahi Mohamed Ahmed Abdi Hassan Omar Yusuf Isaac Solomon Peter John Tendai Tapiwa "
     "Blessing Farai Prince Godwin "
     "Sunday Victor Uche Nnamdi Kelechi Ayodele Gbenga Kayode Musa Abubakar Warsame Mukhtar Ismail Yonas "
     "Dawit Tesfaye Berhane Jean "
     "Patrick Pascal Christian",
     "Grace Blessing Mary Esther Ruth Comfort Mercy Joy Patience Abena Akosua Ama Adwoa Oluwaseun Folake "
     "Funmilayo Chioma Ngozi Amaka "
     "Nneka Ifeoma Adaeze Bukola Yetunde Titilayo Fatima Aisha Hodan Amina Halima Khadija Ifrah Sahra Asha "
     "Fadumo Zahra Sarah Elizabeth "
     "Rutendo Tendai Chipo Rumbidzai Memory Precious Faith Hope Gloria Victoria Kemi Tolu Selam Tsega Rahel "
     "Marie Chantal Nadine",
     "Mohamed Ali Okafor Mensah Adeyemi Ahmed Hassan Osei Boateng Owusu Abdi Okonkwo Eze Nwosu Adebayo "
     "Ibrahim Asante Appiah Agyeman "
     "Ogunleye Balogun Bello Abubakar Yusuf Omar Warsame Farah Moyo Ncube Sibanda Dube Ndlovu Mutasa "
     "Chikwanha Okeke Obi Nwachukwu "
     "Onyeka Uzoma Afolabi Akande Ajayi Alabi Oladipo Olawale Addo Amoah Ansah Antwi Darko Frimpong Opoku "
     "Sarpong Tetteh Tesfay Haile "
     "Gebremariam Kabila Mutombo Ilunga Kamara Sesay Conteh Jallow Ceesay Diallo Bah Traore Juma Kamau "
     "Wanjiru Otieno",
     "", ""},
    {Origin::kEastEuropean,
     "Piotr Krzysztof Andrzej Tomasz Marcin Pawel Michal Marek Jan Jakub Adam Lukasz Kamil Mateusz Dawid "
     "Rafal Grzegorz Robert Mariusz "
     "Dariusz Wojciech Zbigniew Stanislaw Jerzy Tadeusz Kacper Filip Szymon Bartosz Artur Andrei Alexandru "
     "Ion Mihai Gheorghe Vasile "
     "Constantin Florin Adrian Cristian Daniel Ionut Stefan Marius Jonas Tomas Mantas Darius Andrius "
     "Mindaugas Janis Andris Edgars "
     "Antoni Franciszek Aleksander Oliwier David Luca",
     "Anna Katarzyna Malgorzata Agnieszka Barbara Ewa Magdalena Joanna Monika Aleksandra Zofia Maria Natalia "
     "Karolina Marta Beata Dorota "
     "Justyna Izabela Renata Iwona Sylwia Kinga Julia Zuzanna Hanna Maja Oliwia Lena Elena Ioana Andreea "
     "Mihaela Cristina Alexandra Ana "
     "Gabriela Daniela Roxana Simona Larisa Ruta Egle Ieva Kristina Jurgita Liga Inese Ilze Grazyna Wiktoria "
     "Amelia Sofia Denisa",
     "Nowak Kowalski Wisniewski Wojcik Kowalczyk Kaminski Lewandowski Zielinski Szymanski Wozniak Dabrowski "
     "Kozlowski Jankowski Mazur "
     "Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zajac Pawlowski Michalski Krol "
     "Wieczorek Jablonski Wrobel "
     "Nowakowski Majewski Olszewski Stepien Malinowski Jaworski Adamczyk Dudek Pawlak Gorski Nowicki Sikora "
     "Walczak Baran Popa Popescu "
     "Ionescu Stan Dumitru Radu Constantin Marin Munteanu Rusu Stoica Gheorghe Matei Ciobanu Lupu Kazlauskas "
     "Petrauskas Jankauskas "
     "Stankevicius Berzins Kalnins Ozolins Ivanov Petrov Dimitrov Kowal Bak Rutkowski Sadowski Zawadzki "
     "Czarnecki",
     "", ""},
    {Origin::kChinese,
     "Wei Jun Ming Hao Jian Lei Tao Qiang Bo Xin Yong Kai Zhi_Ming Chi_Wai Ka_Ho Wai_Kit Ho_Yin Tsz_Kin "
     "Chun_Kit Kin_Man Jia_Hao Yi_Chen "
     "Zi_Xuan Hao_Ran Jun_Jie Kwok_Wai Man_Kit Siu_Ming Wing_Hong Yu_Xuan Andy Kevin Jason Eric Tony Daniel "
     "Vincent Raymond",
     "Mei Li Xiu Ying Na Fang Min Jing Yan Hui Xiao_Mei Wai_Ling Mei_Ling Siu_Fong Ka_Yan Wing_Yan Tsz_Ching "
     "Hoi_Yan Yuk_Ling Suk_Yee "
     "Xin_Yi Zi_Han Yu_Tong Jia_Yi Lai_Wah Kit_Ying Sau_Ling Yi_Nuo Amy Joyce Vivian Karen Winnie Cindy "
     "Grace Jessica Fiona Kitty",
     "Chan Wong Li Wang Zhang Chen Liu Lee Lam Cheung Ng Leung Ho Lau Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu "
     "Hu Lin Guo He Gao Luo Cheng "
     "Yip Tang Tsang Kwok Chow Chu Hui Yeung Fung Mak Poon Tse Yuen Law Siu To Chiu Kwan Lo Man Deng Feng "
     "Han Jiang Liang Lu Pan Peng "
     "Shen Song Tan Xiao Xie Ye Yu Zeng Zheng",
     "", ""},
    {Origin::kCaribbean,
     "Anthony Winston Michael David Leroy Carlton Errol Devon Marcus Delroy Clive Trevor Tyrone Jermaine "
     "Marlon Andre Leon Jerome Curtis "
     "Lloyd Desmond Neville Vincent Everton Dwayne Darnell Nathaniel Isaiah Malachi Elijah Jordan Kieron "
     "Omari Kai Jayden Reuben Tyrell "
     "Cedric Horace Alford Fitzroy Rohan",
     "Sharon Beverley Marcia Yvonne Jacqueline Sonia Paulette Claudette Norma Hyacinth Gloria Pearl Merlene "
     "Icilda Chantelle Natasha "
     "Shanice Keisha Tanisha Simone Jade Shantelle Aaliyah Nia Imani Amara Kezia Naomi Rochelle Leanne "
     "Monique Dionne Denise Donna Verna "
     "Joyce Enid Myrtle Tiana Zaria",
     "Brown Williams Campbell Johnson Smith Thompson Clarke Grant Gordon Lewis Reid Francis Morgan Edwards "
     "Samuels Richards Bailey James "
     "Henry Stewart Palmer Simpson Wright Allen Powell Walters Thomas Davis Green Hylton Bennett Blake "
     "Barrett Dixon Facey Gayle Hinds "
     "Joseph Charles Pierre Baptiste Nembhard McKenzie McFarlane Linton Pinnock Wilmot Lindo Plummer Burrell",
     "", ""},
    {Origin::kOrthodoxJewish,
     "Moshe Yaakov Avrohom Yosef Chaim Dovid Shmuel Yitzchok Yehuda Menachem Aharon Binyomin Eliyahu Shlomo "
     "Mordechai Yisroel Naftoli Pinchas "
     "Tzvi Meir Nochum Refoel Shimon Simcha Uri Zev Akiva Boruch Efraim Gershon Hillel Levi Nosson Asher Dov "
     "Benjamin Joshua Daniel",
     "Chaya Sarah Rivka Leah Rochel Esther Miriam Devorah Chana Malka Gitty Bracha Shaindy Faigy Rachel "
     "Yehudis Tzipora Shoshana Perel "
     "Hinda Toby Breindel Blimi Zissy Raizel Ruchy Nechama Freida Golda Hadassah Batya Adina Ahuva Elisheva "
     "Gila Naomi Tova",
     "Cohen Levy Goldberg Rosenberg Friedman Weiss Schwartz Klein Grosskopf Goldstein Halpern Adler Rubin "
     "Katz Stern Horowitz Guttman "
     "Lieberman Bernstein Feldman Kaufman Roth Brodie Margulies Olsberg Pruim Reich Salomon Schlesinger "
     "Spitzer Steiner Tager Weinberg "
     "Weisz Wolf Zimmerman Berkovits Bodner Ehrentreu Fulda Hamburger Issler Kahn Landau Lopian Moskovits "
     "Pines Sulzbacher Hoffman Dresdner",
     "", ""},
    {Origin::kOtherWhite,
     "Antonio Jose Manuel Carlos Luis Miguel Joao Pedro Marco Giuseppe Francesco Giovanni Luca Alessandro "
     "Paolo Jean Pierre Francois Michel "
     "Nicolas Hans Klaus Stefan Andreas Thomas Lars Erik Dimitrios Georgios Nikos Ivan Laszlo Istvan Gabor "
     "Zoltan Javier Alejandro Diego Pablo "
     "Sergio Rui Tiago Andre Matteo Davide Simone Leonardo Lorenzo Mehmet Mustafa",
     "Maria Ana Carmen Isabel Sofia Elena Laura Lucia Marta Cristina Joana Catarina Beatriz Giulia Francesca "
     "Chiara Valentina Alessandra Paola "
     "Marie Sophie Camille Nathalie Claire Anna Ingrid Katrin Sabine Eleni Katerina Ilona Zsuzsanna Eszter "
     "Pilar Rosa Paula Ines Rita Teresa "
     "Alice Martina Federica Elisa Silvia Ayse Fatma Birgit Astrid Greta",
     "Garcia_Lopez Silva Rossi Fernandes Santos Pereira Martinez_Ruiz Rodriguez_Perez Ferreira Costa Bianchi "
     "Ferrari Russo Esposito Romano "
     "Gonzalez_Fernandez Sanchez_Garcia Oliveira Sousa Rodrigues Almeida Dubois Bernard Moreau Laurent "
     "Muller Schmidt Schneider Fischer Weber "
     "Papadopoulos Georgiou Nagy Kovacs Toth Szabo Horvath Jensen Nielsen Hansen Johansson van_der_Berg "
     "de_Jong van_Dijk da_Silva dos_Santos "
     "Lopez_Martin Gomez_Diaz Ribeiro Carvalho Gomes Lopes Marques Yilmaz Kaya Demir Conti Ricci Marino "
     "Greco Bruno Gallo De_Luca Di_Marco",
     "", ""},
}};

}  // namespace gmpi::population
